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

    func run() throws {
        let checkout = try SourceTree.find()
        let builder = try GuestBuilder(root: checkout.root)
        let runner = host ? nil : try GuestRunner(checkout)
        var count = TestCount()
        try cases(builder, runner, &count)
        try programs(checkout, builder, runner, &count)
        say(count.line)
        if count.failed > 0 { throw ExitCode(1) }
    }

    private func isChosen(_ name: String) -> Bool { filter.map { name.includes($0) } ?? true }

    private func cases(_ builder: GuestBuilder, _ runner: GuestRunner?, _ count: inout TestCount) throws {
        var files: [GuestCaseFile] = []
        for name in try builder.names(in: builder.sources) where isChosen(name) {
            for library in [GuestLibrary.musl, .glibc] {
                let source = builder.sources.appending(FilePath(name + ".c"))
                files.append(GuestCaseFile(name: name, library: library, program: try builder.build(source, library)))
            }
        }
        let scratch = try ScratchFolder()
        try inParallel(files, GuestRunner.parallelism) { file in
            let host = try CapturedProcess(file.program, [], directory: scratch.path).finish()
            return (host, try runner?.start([file.program.description], options: ["-w", "/tmp"]))
        } finish: { file, run in
            for verdict in file.verdicts(host: run.0, guest: try run.1?.finish()) {
                count.record(verdict.name, verdict.failure)
            }
        }
    }

    private func programs(
        _ checkout: SourceTree, _ builder: GuestBuilder, _ runner: GuestRunner?, _ count: inout TestCount
    ) throws {
        let table = builder.sources.appending("programs.csv")
        let (rows, badLines) = ProgramRow.parse(String(decoding: try HostFile.contents(table), as: UTF8.self))
        for line in badLines { count.record("programs.csv:\(line)", "the line is malformed") }
        var programs: [String: FilePath] = [:]
        let folder = builder.sources.appending("Programs")
        for name in try builder.names(in: folder) {
            for library in GuestLibrary.all {
                programs["\(name)-\(library.name)"] = try builder.build(
                    folder.appending(FilePath(name + ".c")), library)
            }
        }
        let scratch = try ScratchFolder()
        let comparison = ProgramComparison(root: checkout.root, scratch: scratch.path, programs: programs)
        try inParallel(rows.filter { isChosen($0.name) }, GuestRunner.parallelism) { row in
            try comparison.start(row, runner)
        } finish: { row, running in
            count.record(row.name, try comparison.finish(row, running))
        }
    }
}
