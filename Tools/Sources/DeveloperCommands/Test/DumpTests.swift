// SPDX-License-Identifier: Apache-2.0

// The dump of all threads: a program that hangs, a signal to the tool, and what the log then says of each thread. With
// nobody running, and with a thread that never enters the kernel.

internal import Glibc
internal import HostSystem

/// Asks machines that hang for their threads.
struct DumpTests {
    let runner: GuestRunner
    /// Tests/Guest/Programs/hangs.c.
    let program: FilePath

    /// Runs the program on one and on two CPUs.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        for cpus in [1, 2] {
            for spins in [false, true] {
                let name = "dump/\(spins ? "a spinning thread" : "a deadlock") on \(cpus) CPUs"
                guard isChosen(name) else { continue }
                count.record(name, try verdict(cpus, spins))
            }
        }
    }

    private func verdict(_ cpus: Int, _ spins: Bool) throws -> String? {
        let command = [program.description] + (spins ? ["spin"] : [])
        let process = try runner.start(command, options: ["-c", "\(cpus)"])
        let hung = wait(for: process) { $0.output.hasPrefix("hangs") }
        process.send(signal: SIGPWR)
        // What comes last is the last thread's.
        let last = spins ? "\"spins\"" : "\"reads\""
        let shown =
            hung
            && wait(for: process) { Self.entries($0.errors).contains { $0.hasPrefix("thread") && $0.includes(last) } }
        // The places of the last thread are still being named.
        usleep(500_000)
        let text = process.soFar.errors
        process.send(signal: SIGTERM)
        let capture = try process.finish()
        let said = "\n    " + text.split(separator: "\n").joined(separator: "\n    ")
        guard hung else { return "never hung" + said }
        guard shown else { return "no dump" + said }
        guard capture.status == 128 + SIGTERM else { return "status \(capture.status), not SIGTERM's" }
        let entries = Self.entries(text)
        for (thread, call) in [("left", "futex("), ("right", "futex("), ("reads", "read(")] {
            guard let entry = entries.first(where: { $0.includes("\"\(thread)\"") }) else {
                return "nothing of \"\(thread)\"" + said
            }
            guard entry.includes(": waits for "), entry.includes(call), entry.includes("called from 0x"),
                entry.includes("in image+0x")
            else { return "too little of \"\(thread)\"" + said }
        }
        guard spins, let entry = entries.first(where: { $0.includes("\"spins\"") }) else { return nil }
        if cpus == 1 { return entry.includes("in the program at 0x") ? nil : "\"spins\" is where?" + said }
        return entry.includes(": runs") && text.includes("in the program at 0x") ? nil : "\"spins\" is where?" + said
    }

    /// The dump by threads and CPUs, each with the lines that belong to it.
    private static func entries(_ text: String) -> [String] {
        var entries: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  "), !entries.isEmpty {
                entries[entries.count - 1] += "\n" + line
            } else {
                entries.append(String(line))
            }
        }
        return entries
    }

    /// Waits up to a minute. - Returns: whether it came.
    private func wait(for process: CapturedProcess, _ condition: ((output: String, errors: String)) -> Bool) -> Bool {
        for _ in 0..<600 {
            if condition(process.soFar) { return true }
            usleep(100_000)
        }
        return false
    }
}
