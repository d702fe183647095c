// SPDX-License-Identifier: Apache-2.0

// dev test: the guest cases and the real programs, on Linux first and then in machines. The unit tests are Tools/test.sh's.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the guest cases and programs on Linux and in machines, and compares.",
        discussion: """
            Cases are Tests/Guest/*.c, programs the rows of Tests/Guest/programs.csv. The last line is "N passed, N failed".
            """)

    @Flag(help: "Only on this host: whether the tests themselves are right.")
    var host = false

    @Option(help: "Only cases and rows whose name contains this.")
    var filter: String?

    @Flag(help: "Only what runs in the checked image: each case on two CPUs.")
    var checked = false

    @Flag(help: "Writes Tests/Guest/budgets.csv from what the cases cost now.")
    var recordBudgets = false

    @Option(help: "Where the stress of threads begins; another one each time if it is not given.")
    var seed = UInt64.random(in: 0...UInt64.max)

    func run() throws {
        let checkout = try SourceTree.find()
        let builder = try GuestBuilder(root: checkout.root)
        var count = TestCount()
        if checked {
            try checkedCases(checkout, builder, &count)
            return try end(count)
        }
        let runner = host ? nil : try GuestRunner(checkout)
        for cpus in [1, 2] where cpus == 1 || runner != nil {
            try cases(builder, runner, cpus: cpus, .ordinary, &count)
            try programs(checkout, builder, runner, cpus: cpus, &count)
        }
        if let runner {
            try NativeTests(runner: runner, checkout: checkout).run(isChosen: isChosen, &count)
            try harm(builder, runner, &count)
            try threads(builder, runner, &count)
            try checkedCases(checkout, builder, &count)
        }
        try end(count)
    }

    private func end(_ count: TestCount) throws {
        say(count.line)
        if count.failed > 0 { throw ExitCode(1) }
    }

    /// The case files in the image that looks after its locks and its memory.
    private func checkedCases(_ checkout: SourceTree, _ builder: GuestBuilder, _ count: inout TestCount) throws {
        let names = try builder.names(in: builder.sources)
        guard (names + SelfTests.names).contains(where: isChosen) else { return }
        let runner = try GuestRunner(checkout, .checked)
        try cases(builder, runner, cpus: 2, .checked, &count)
        try SelfTests(runner: runner).run(isChosen: isChosen, &count)
    }

    private func isChosen(_ name: String) -> Bool { filter.map { name.includes($0) } ?? true }

    /// The case files; on several CPUs with one library, and without budgets: instructions are counted on one.
    private func cases(
        _ builder: GuestBuilder, _ runner: GuestRunner?, cpus: Int,
        _ variant: KernelImageBuilder.Variant, _ count: inout TestCount
    ) throws {
        var files: [GuestCaseFile] = []
        for name in try builder.names(in: builder.sources) where isChosen(name) {
            for library in cpus == 1 ? [GuestLibrary.musl, .glibc] : [.glibc] {
                let source = builder.sources.appending(FilePath(name + ".c"))
                files.append(
                    GuestCaseFile(
                        name: name, library: library, cpus: cpus, variant: variant,
                        program: try builder.build(source, library)))
            }
        }
        let scratch = try ScratchFolder()
        let table = builder.sources.appending("budgets.csv")
        var budgets = CaseBudgets(String(decoding: (try? HostFile.contents(table)) ?? [], as: UTF8.self))
        try inParallel(files, GuestRunner.parallelism(cpus: cpus)) { file in
            let host = try CapturedProcess(file.program, [], directory: scratch.path).finish()
            let options = ["-w", "/tmp"] + (cpus == 1 ? CaseBudgets.machineOptions : ["-c", "\(cpus)"])
            return (host, try runner?.start([file.program.description], options: options))
        } finish: { file, run in
            let guest = try run.1?.finish()
            for verdict in file.verdicts(host: run.0, guest: guest) { count.record(verdict.name, verdict.failure) }
            if cpus > 1 { return }
            for (name, cost) in GuestCaseFile.costs(guest?.outputText ?? "") {
                let problem = budgets.judge("\(file.name)/\(name)", cost)
                if let problem, !recordBudgets {
                    count.record("\(file.name)/\(name) budget (\(file.library.name))", problem)
                }
            }
        }
        if recordBudgets, cpus == 1 {
            let text = budgets.recorded
            try HostFile.writeAtomically(table) { try $0.write(Array(text.utf8)) }
        }
    }

    /// A sample of damage and of failing allocations, the same each time; `dev soak` has more.
    private func harm(_ builder: GuestBuilder, _ runner: GuestRunner, _ count: inout TestCount) throws {
        for name in try builder.names(in: builder.sources) where isChosen("failing/" + name) {
            let program = try builder.build(builder.sources.appending(FilePath(name + ".c")), .musl)
            try HarmTests.failingCases(name, program, rounds: 50, runner, &count)
        }
        let hello = try builder.build(builder.sources.appending("Programs/hello.c"), .musl)
        try Refusals(runner, program: hello).run(isChosen: isChosen, &count)
        if isChosen("exhaustion") {
            let ends = try builder.build(builder.sources.appending("Programs/ends.c"), .musl)
            try HarmTests.exhaustion(ends, runner, &count)
        }
        if isChosen("full memory") {
            let fills = try builder.build(builder.sources.appending("Programs/fills.c"), .musl)
            try HarmTests.fullMemory(fills, runner, &count)
        }
        let order = try builder.build(builder.sources.appending("Programs/order.c"), .musl)
        try OrderTests(runner: runner, program: order).run(isChosen: isChosen, &count)
        let words = try builder.build(builder.sources.appending("Programs/words.c"), .musl)
        try ByteTests(runner: runner, program: words).run(isChosen: isChosen, &count)
        let hangs = try builder.build(builder.sources.appending("Programs/hangs.c"), .musl)
        try DumpTests(runner: runner, program: hangs).run(isChosen: isChosen, &count)
        let tests = HarmTests(runner: runner, scratch: try ScratchFolder(), program: hello)
        try tests.damagedBoots(seed: 1, rounds: 16, isChosen: isChosen, &count)
        if isChosen("battery clock") { try tests.unknownTime(&count) }
        try tests.failingBoots(Array(1...12) + [16, 24, 32, 48, 64, 96, 128, 192, 256], isChosen: isChosen, &count)
    }

    /// Many threads at once; `dev soak` has ten minutes of it.
    private func threads(_ builder: GuestBuilder, _ runner: GuestRunner, _ count: inout TestCount) throws {
        let tests = ThreadTests(runner: runner, builder: builder)
        if isChosen("end with sleeping threads") {
            for cpus in [1, 2] { try tests.endWithSleepers(cpus: cpus, &count) }
        }
        if isChosen("stress") { try tests.stress(seed: seed, seconds: 60, cpus: 2, .glibc, &count) }
    }

    private func programs(
        _ checkout: SourceTree, _ builder: GuestBuilder, _ runner: GuestRunner?, cpus: Int, _ count: inout TestCount
    ) throws {
        let table = builder.sources.appending("programs.csv")
        let (rows, badLines) = ProgramRow.parse(String(decoding: try HostFile.contents(table), as: UTF8.self))
        for line in badLines where cpus == 1 { count.record("programs.csv:\(line)", "the line is malformed") }
        var programs: [String: FilePath] = [:]
        let folder = builder.sources.appending("Programs")
        for name in try builder.names(in: folder) {
            for library in GuestLibrary.all {
                programs["\(name)-\(library.name)"] = try builder.build(
                    folder.appending(FilePath(name + ".c")), library)
            }
        }
        let chosen = rows.filter { isChosen($0.name) }
        for program in LanguageProgram.all where chosen.contains(where: { $0.command[0] == "%" + program.name }) {
            programs[program.name] = try builder.build(program)
        }
        let scratch = try ScratchFolder()
        let comparison = ProgramComparison(root: checkout.root, scratch: scratch.path, programs: programs)
        try inParallel(chosen, GuestRunner.parallelism(cpus: cpus)) { row in
            try comparison.start(row, runner, cpus: cpus)
        } finish: { row, running in
            count.record(row.name + (cpus > 1 ? " on \(cpus) CPUs" : ""), try comparison.finish(row, running))
        }
    }
}
