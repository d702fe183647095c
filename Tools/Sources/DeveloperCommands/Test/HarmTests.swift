// SPDX-License-Identifier: Apache-2.0

// The tests that do harm: damaged archives, and allocations that fail on purpose. A few of each in `dev test`, always the
// same; many in `dev soak`, with a seed of their own that is printed.

internal import HostSystem

/// Runs machines that are meant to have trouble.
struct HarmTests {
    let runner: GuestRunner
    let scratch: ScratchFolder
    /// A static program that prints `greeting`.
    let program: FilePath
    let greeting = "hello, unikernel 1\n"

    /// Boots damaged archives.
    ///
    /// - Parameter rounds: of each kind of random damage, beside the damage that has been thought of.
    func damagedBoots(seed: UInt64, rounds: Int, isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let boots = DamagedBoots(program: try HostFile.contents(program))
        let samples = ([boots.undamaged] + boots.samples(seed: seed, rounds: rounds)).enumerated().map {
            ($0.offset, $0.element)
        }
        try inParallel(samples.filter { isChosen("damaged/" + $0.1.name) }, GuestRunner.parallelism()) { (entry) in
            let (index, sample) = entry
            let path = archivePath(index)
            try HostFile.writeAtomically(path) { try $0.write(sample.archive) }
            return try runner.start(archive: path, options: ["-M", "32M"])
        } finish: { entry, process in
            let (index, sample) = entry
            let capture = try process.finish()
            HostFile.remove(archivePath(index))
            let isWhole = sample.name == boots.undamaged.name
            let isGood = capture.status == 0 && capture.outputText == greeting
            // A damaged record may say that the program has no standard error, and then nobody can hear what it says.
            let mayBeSilent = sample.name.hasPrefix("record")
            count.record(
                "damaged/" + sample.name,
                isWhole
                    ? (isGood ? nil : "status \(capture.status): \(capture.errorText)")
                    : DamagedBoots.verdict(capture, mayBeSilent: mayBeSilent))
        }
    }

    /// A machine that was started by hand, without a boot record that knows the time, asks its battery clock.
    func unknownTime(_ count: inout TestCount) throws {
        let boots = DamagedBoots(
            program: try HostFile.contents("/usr/bin/busybox"),
            arguments: ["busybox", "date", "-u", "+%Y-%m-%d %H:%M:%S"])
        let path = archivePath(0)
        try HostFile.writeAtomically(path) { try $0.write(boots.undamaged.archive) }
        defer { HostFile.remove(path) }
        for (clock, minute) in [("2011-02-28T23:58:30", "2011-02-28 23:5"), ("2024-02-29T12:07:30", "2024-02-29 12:0")]
        {
            let capture = try runner.start(
                archive: path, options: ["-M", "32M", "--qemu-arg", "-rtc", "--qemu-arg", "base=\(clock),clock=vm"]
            ).finish()
            count.record(
                "battery clock/\(clock)",
                capture.status == 0 && capture.outputText.hasPrefix(minute)
                    ? nil : "status \(capture.status): \(capture.outputText)\(capture.errorText)")
        }
    }

    /// Runs the cases of a file, each several times with another allocation failing (see case.h): kernel and program must
    /// survive all of it. A case of many allocations takes a third of a second a round under the translator, so the time
    /// limit follows the rounds.
    static func failingCases(
        _ name: String, _ program: FilePath, rounds: Int, _ runner: GuestRunner, _ count: inout TestCount
    ) throws {
        try finishFailingCases(name, try startFailingCases(program, rounds: rounds, runner), &count)
    }

    /// The first half of `failingCases`.
    static func startFailingCases(
        _ program: FilePath, rounds: Int, _ runner: GuestRunner
    ) throws -> CapturedProcess {
        try runner.start(
            [program.description],
            options: [
                "-M", "512M", "-w", "/tmp", "-e", "GUEST_FAILURES=\(rounds)", "--timeout", "\(240 + 2 * rounds)",
            ])
    }

    /// The second half.
    static func finishFailingCases(_ name: String, _ run: CapturedProcess, _ count: inout TestCount) throws {
        let capture = try run.finish()
        for (answer, failure) in GuestCaseFile.answers(capture.outputText) {
            count.record("failing/\(name)/\(answer)", failure)
        }
        let end = capture.errorText.split(separator: "\n").suffix(12).joined(separator: "\n    ")
        count.record("failing/\(name)", capture.status == 0 ? nil : "status \(capture.status)\n    \(end)")
    }

    /// A program that takes memory without end is told so, or killed with a message; the machine ends as always.
    static func exhaustion(_ program: FilePath, _ runner: GuestRunner, _ count: inout TestCount) throws {
        for memory in ["16M", "64M"] {
            let capture = try runner.start([program.description, "memory"], options: ["-M", memory]).finish()
            let isTold = capture.status == 3
            let isKilled = capture.status == 137 && capture.errorText.includes("out of memory: killing process")
            count.record(
                "exhaustion/\(memory)",
                isTold || isKilled ? nil : "status \(capture.status)\n    \(capture.errorText)")
        }
    }

    /// Files that take all the space there is end in "no space", at a limit that was told before; nothing that was written is
    /// lost, and the program goes on.
    static func fullMemory(_ program: FilePath, _ runner: GuestRunner, _ count: inout TestCount) throws {
        for folders in [["/"], ["/", "/dev/shm"], ["/dev/shm", "/tmp"]] {
            let capture = try runner.start([program.description] + folders, options: ["-M", "32M"]).finish()
            let expected = folders.map { "\($0): no space\n" }.joined() + "nothing lost\n"
            count.record(
                "full memory/\(folders.joined(separator: " "))",
                capture.status == 0 && capture.outputText == expected
                    ? nil : "status \(capture.status): \(capture.outputText)\n    \(capture.errorText)")
        }
    }

    private func archivePath(_ index: Int) -> FilePath { scratch.path.appending(FilePath("archive-\(index)")) }

    /// Boots with the k-th allocation failing, for each of the numbers; the machine must end with its program, or with a
    /// message.
    func failingBoots(_ numbers: [Int], isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let chosen = numbers.filter { isChosen("failing/allocation \($0)") }
        try inParallel(chosen, GuestRunner.parallelism()) { number in
            try runner.start(
                [program.description], options: ["-M", "32M", "--kernel-arg", "apus.failalloc=\(number)"])
        } finish: { number, process in
            let capture = try process.finish()
            let isSilent = capture.status == 0 && capture.outputText != greeting
            count.record(
                "failing/allocation \(number)",
                DamagedBoots.verdict(capture)
                    ?? (isSilent ? "status 0, but the program said \(capture.outputText)" : nil))
        }
    }
}
