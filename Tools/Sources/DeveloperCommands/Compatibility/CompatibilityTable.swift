// SPDX-License-Identifier: Apache-2.0

// Docs/LinuxCompatibility.md, made from the rows of the system call table, which is the truth.
// The table is read as text: its rows have one form, one line or a few, and the kernel cannot run here.

/// The system calls as the table states them.
struct CompatibilityTable: Equatable {
    struct Row: Equatable {
        let number: Int
        let name: String
        let support: String
        let note: String
    }

    static let source = "Sources/Personalities/Linux/SystemCallTable.swift"
    static let document = "Docs/LinuxCompatibility.md"

    let rows: [Row]

    /// Reads the table's source.
    init(source text: String) {
        var rows: [Row] = []
        var rest = Substring(text)
        while let row = rest.after("SystemCallRow(") {
            // Strings of a row come before its handler: name, arguments, note.
            rest = row
            let end = row.before("SystemCallRow(")
            let strings = end.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            guard let name = strings.first else { continue }
            let head = end.before("\"").trimmed
            if head.hasPrefix("absent") {
                rows.append(
                    Row(number: rows.count, name: name, support: "absent", note: strings.count > 1 ? strings[1] : ""))
            } else {
                let support = end.after("\", .").map { String($0.before(",")) } ?? "?"
                rows.append(
                    Row(number: rows.count, name: name, support: support, note: strings.count > 2 ? strings[2] : ""))
            }
        }
        self.rows = rows
    }

    /// The document.
    var markdown: String {
        func count(_ support: String) -> Int { rows.filter { $0.support == support }.count }
        let absent = rows.filter { $0.support == "absent" && !$0.name.hasPrefix("unused_") }.map(\.name)
        var text = """
            # Linux compatibility

            The system calls of x86-64, from `\(Self.source)`. This file is written by
            `Tools/.build/release/dev compatibility`; `make check` holds it to the table.

            *full*: everything that makes sense in a machine with one application · *partial*: see the note ·
            what is not listed below is absent and answers ENOSYS.

            \(count("full")) calls are full, \(count("partial")) partial, \(absent.count) absent.

            | number | call | support | note |
            |---|---|---|---|

            """
        for row in rows where row.support != "absent" {
            text += "| \(row.number) | \(row.name) | \(row.support) | \(row.note) |\n"
        }
        text += "\n## Absent\n"
        var line = ""
        for (index, name) in absent.enumerated() {
            let word = name + (index + 1 < absent.count ? ", " : "")
            if line.utf8.count + word.utf8.count > 118 {
                text += String(line.trimmed) + "\n"
                line = ""
            }
            line += word
        }
        return text + line + "\n"
    }
}

extension SourceCheck {
    static let compatibility = SourceCheck(
        name: "compatibility", summary: "Docs/LinuxCompatibility.md is what the system call table says",
        findings: { tree in
            guard let source = tree.files.first(where: { $0.path == CompatibilityTable.source }) else { return [] }
            let document = tree.files.first { $0.path == CompatibilityTable.document }
            let table = CompatibilityTable(source: source.text)
            if document?.text == table.markdown { return [] }
            return [
                Finding(
                    path: CompatibilityTable.document, what: "is not what the table says",
                    why: "the system call table is the documentation",
                    remedy: "run: Tools/.build/release/dev compatibility")
            ]
        })
}
