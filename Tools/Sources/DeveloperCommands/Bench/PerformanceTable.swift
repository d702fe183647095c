// SPDX-License-Identifier: Apache-2.0

// The tables of Docs/Performance.md: our figures beside the peers' and our goals.

/// Writes figures as Markdown.
struct PerformanceTable {
    let figures: [String: Int]
    let counters: [String: [Int]]
    let gaps: [String: String]

    /// Both tables.
    var markdown: String {
        let columns = "| Linux | Nanos | Unikraft | must reach | aims for | **Apus** | |"
        var text = "| per operation, instructions \(columns)\n|---|---|---|---|---|---|---|---|\n"
        for figure in Figure.operations + Figure.insideOperations { text += row(figure) }
        text += "\n| boot, size, memory \(columns)\n|---|---|---|---|---|---|---|---|\n"
        for figure in Figure.machines { text += row(figure) }
        text +=
            "\nPer operation beside the instructions: locked instructions, writes of CR3, invlpg, device accesses.\n\n"
        text += "| operation | locked | CR3 | invlpg | device |\n|---|---|---|---|---|\n"
        for figure in Figure.operations + Figure.insideOperations {
            guard let values = counters[figure.key] else { continue }
            text += "| \(figure.title) | " + values.map(Self.perThousand).joined(separator: " | ") + " |\n"
        }
        return text
    }

    private func row(_ figure: Figure) -> String {
        let ours: String
        let verdict: String
        if let value = figures[figure.key] {
            ours = "**\(grouped(value))**"
            verdict = value < figure.aimsFor ? "aim" : value < figure.mustReach ? "reached" : "missed"
        } else {
            ours = "–"
            verdict = gaps[figure.key] ?? "not measured"
        }
        let goals = "< \(grouped(figure.mustReach)) | < \(grouped(figure.aimsFor))"
        return "| \(figure.title) | \(figure.peers.joined(separator: " | ")) | \(goals) | \(ours) | \(verdict) |\n"
    }

    /// 1500 is 1.5.
    private static func perThousand(_ value: Int) -> String {
        let tenths = (value + 50) / 100
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// A document with the part between its two marks replaced; nil if it has no marks.
    static func replaceTable(in document: String, with table: String) -> String? {
        let (start, end) = ("<!-- figures -->\n", "<!-- end of figures -->")
        guard document.includes(start), let rest = document.after(end) else { return nil }
        return document.before(start) + start + "\n" + table + "\n" + end + rest
    }
}
