// SPDX-License-Identifier: Apache-2.0

// The tests of many threads that no case file can be: a stress of everything at once, whose seed is said and can be given,
// and what the machine's memory is like after a program that ended with a hundred sleeping threads. Programs: stress.c and
// many.c of Tests/Guest/Programs.

internal import HostSystem

/// Runs programs with many threads in machines.
struct ThreadTests {
    let runner: GuestRunner
    let builder: GuestBuilder

    /// Signals, futexes, ends of threads, mappings and computing at once.
    ///
    /// - Parameter library: whose threads they are.
    func stress(
        seed: UInt64, seconds: Int, cpus: Int, _ library: GuestLibrary, _ count: inout TestCount
    ) throws {
        let name = "stress for \(seconds) s on \(cpus) CPUs (\(library.name)), seed \(seed)"
        say("runs \(name)")
        // What follows the time are the watchdog's 40 seconds, and the end of what was begun.
        let capture = try runner.start(
            [try program("stress", library).description, "--seed", "\(seed)", "--seconds", "\(seconds)"],
            options: ["-c", "\(cpus)", "--timeout", "\(seconds + 120)"]
        ).finish()
        let isGood = capture.status == 0 && capture.outputText.hasSuffix("stress: good\n")
        count.record(
            name,
            isGood ? nil : "status \(capture.status)\n\(capture.outputText)\(capture.errorText)")
    }

    /// The most KiB that 100 sleeping threads may leave behind: tables that have grown stay, and what the last thread runs
    /// on is given back after the machine has looked. One page for each of them would be 400.
    private static let leftovers = 128

    /// A program that ends while its threads sleep in every kind of call leaves as much memory as one without threads.
    func endWithSleepers(cpus: Int, _ count: inout TestCount) throws {
        var used: [Int] = []
        let scratch = try ScratchFolder()
        for threads in [0, 100] {
            let capture = try runner.startAtTerminal(
                [try program("many", .musl).description, "blocked", "\(threads)"],
                options: ["-c", "\(cpus)", "--log", "debug"], scratch: scratch.path
            ).finish()
            guard capture.status == 0, capture.outputText.includes("at a terminal"),
                let cost = Self.memoryLost(capture.outputText)
            else {
                count.record(
                    "an end with \(threads) sleeping threads, \(cpus) CPUs",
                    "status \(capture.status)\n\(capture.outputText)\(capture.errorText)")
                return
            }
            used.append(cost)
        }
        let difference = used[1] - used[0]
        count.record(
            "an end with 100 sleeping threads, \(cpus) CPUs",
            difference <= Self.leftovers ? nil : "\(difference) KiB do not come back")
    }

    /// How many KiB less are free after a program than before it, as the kernel's log says; nil if it does not.
    static func memoryLost(_ log: String) -> Int? {
        guard let line = log.after("KiB free before the program: "), let before = Int(line.before(",")),
            let rest = line.after("after it: ")
        else { return nil }
        return Int(String(rest.prefix { $0.isNumber })).map { before - $0 }
    }

    private func program(_ name: String, _ library: GuestLibrary) throws -> FilePath {
        try builder.build(builder.sources.appending(FilePath("Programs/\(name).c")), library)
    }
}
