// SPDX-License-Identifier: Apache-2.0

// dev bench: takes the figures, shows them beside the goals, and holds them to the committed baseline.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures boot, size, memory and operations, and compares with the committed figures.",
        discussion: """
            A figure fails that is more than 2 % worse than in Benchmarks/results.json, or that does not reach what it \
            must. A new baseline is a commit of its own with the reason: dev bench --record.
            """)

    @Flag(help: "Write Benchmarks/results.json and the tables of Docs/Performance.md.")
    var record = false

    func run() throws {
        let checkout = try SourceTree.find()
        let baselinePath = checkout.root.appending("Benchmarks/results.json")
        let baseline = try ResultsFile(baselinePath)
        var measurement = try Measurement(checkout)
        try measurement.run()
        let table = PerformanceTable(
            figures: measurement.figures, counters: measurement.counters, gaps: measurement.gaps
        ).markdown
        say(table)
        var processors = ProcessorFigures(measurement.runner, measurement.builder, root: checkout.root)
        try processors.run()
        for line in processors.lines { say(line) }
        let results = ResultsFile(figures: measurement.figures)
        if record {
            try HostFile.writeAtomically(baselinePath) { try $0.write(Array(results.text.utf8)) }
            let document = checkout.root.appending("Docs/Performance.md")
            let text = String(decoding: try HostFile.contents(document), as: UTF8.self)
            guard let changed = PerformanceTable.replaceTable(in: text, with: table) else {
                throw ToolError(.badData, "cannot write \(document)", why: "the marks around its tables are gone")
            }
            try HostFile.writeAtomically(document) { try $0.write(Array(changed.utf8)) }
            return
        }
        guard let baseline else {
            throw ToolError(
                .noInput, "cannot compare", why: "there is no Benchmarks/results.json",
                remedy: "make it: dev bench --record")
        }
        let worse = results.regressions(from: baseline)
        for entry in worse {
            say("WORSE \(entry.key): \(grouped(entry.was)) → \(entry.is.map(grouped) ?? "not measured")")
        }
        let missed = Figure.missed(measurement.figures)
        for (figure, value) in missed {
            say("MISSED \(figure.key): \(grouped(value)), must be below \(grouped(figure.mustReach)) (\(figure.title))")
        }
        say(
            "\(baseline.figures.count - worse.count) figures held, \(worse.count) worse by more than 2 %, \(missed.count) beyond their limit"
        )
        if !worse.isEmpty || !missed.isEmpty || !processors.isGood { throw ExitCode(1) }
    }
}
