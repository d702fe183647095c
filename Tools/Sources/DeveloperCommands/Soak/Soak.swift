// SPDX-License-Identifier: Apache-2.0

// dev soak: what takes too long for `make test`: many boots on both machine models, each with other random places; many
// damaged archives; every allocation of a boot failing once; ten minutes of threads that do everything at once; the unit
// tests with damaged bytes, for longer.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Boots many times, on both machine models and with little memory.")

    @Option(help: "Boots of each kind.")
    var boots = 100

    @Option(help: "Random damage of each kind; the unit tests get a thousand times as much.")
    var rounds = 100

    @Option(help: "Where random damage begins; another one each time if it is not given.")
    var seed = UInt64.random(in: 0...UInt64.max)

    /// Allocations of a guest case that fail, one in each run. All but two cases allocate fewer times, most fewer than a
    /// hundred; those two (a thousand mappings, a large file) repeat one allocation, and are cut off here.
    static let failuresPerCase = 700

    @Option(help: "Only what has this in its name: boot, damaged, failing, stress, unit tests, or a case file's name.")
    var filter: String?

    func run() throws {
        let checkout = try SourceTree.find()
        let runner = try GuestRunner(checkout)
        let builder = try GuestBuilder(root: checkout.root)
        let hello = try builder.build(builder.sources.appending("Programs/hello.c"), .musl)
        var count = TestCount()
        say("seed \(seed)")
        for options in [["--machine", "microvm"], ["--machine", "q35"], ["-M", "16M"]] {
            try manyBoots(hello, runner, options, &count)
        }
        let tests = HarmTests(runner: runner, scratch: try ScratchFolder(), program: hello)
        try tests.damagedBoots(seed: seed, rounds: rounds, isChosen: isChosen, &count)
        try tests.failingBoots(Array(1...400), isChosen: isChosen, &count)
        try failingCases(builder, runner, &count)
        if isChosen("stress") {
            let threads = ThreadTests(runner: runner, builder: builder)
            try threads.stress(seed: seed, seconds: 600, cpus: 2, .glibc, &count)
            try threads.stress(seed: seed, seconds: 120, cpus: 4, .musl, &count)
        }
        if isChosen("unit tests") { try damagedUnits(checkout, &count) }
        say(count.line)
        if count.failed > 0 { throw ExitCode(1) }
    }

    private func isChosen(_ name: String) -> Bool { filter.map { name.includes($0) } ?? true }

    private func manyBoots(
        _ program: FilePath, _ runner: GuestRunner, _ options: [String], _ count: inout TestCount
    ) throws {
        let name = options.joined(separator: " ")
        let numbers = (1...max(1, boots)).filter { isChosen("boot \($0), \(name)") }
        try inParallel(numbers, GuestRunner.parallelism()) { _ in
            try runner.start([program.description], options: options)
        } finish: { number, run in
            let capture = try run.finish()
            let isRight = capture.status == 0 && capture.outputText == "hello, unikernel 1\n"
            count.record(
                "boot \(number), \(name)", isRight ? nil : "status \(capture.status): \(capture.errorText)")
        }
    }

    private func failingCases(_ builder: GuestBuilder, _ runner: GuestRunner, _ count: inout TestCount) throws {
        let names = try builder.names(in: builder.sources).filter { isChosen("failing/" + $0) }
        try inParallel(names, GuestRunner.parallelism()) { name in
            let program = try builder.build(builder.sources.appending(FilePath(name + ".c")), .musl)
            return try HarmTests.startFailingCases(program, rounds: Self.failuresPerCase, runner)
        } finish: { name, run in
            try HarmTests.finishFailingCases(name, run, &count)
        }
    }

    private func damagedUnits(_ checkout: SourceTree, _ count: inout TestCount) throws {
        let damage = try CapturedProcess(
            "/usr/bin/env",
            [
                "APUS_TEST_SEED=\(seed)", "APUS_FUZZ_ROUNDS=\(rounds * 1000)", "swift", "test", "--package-path",
                checkout.root.description, "--filter", "[Dd]amage",
            ]
        ).finish()
        count.record("unit tests with damaged bytes", damage.status == 0 ? nil : damage.outputText)
    }
}
