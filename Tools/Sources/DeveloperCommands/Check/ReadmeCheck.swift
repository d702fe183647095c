// SPDX-License-Identifier: Apache-2.0

// Module READMEs: every module of Sources has one, with the eight headings, at most 60 lines.

extension SourceCheck {
    static let readmes = SourceCheck(
        name: "readmes", summary: "every module in Sources has a README.md with its eight headings in 60 lines",
        findings: { tree in
            tree.manifest.targets.filter { $0.layer != nil }.flatMap { target -> [Finding] in
                let path = target.path + "/README.md"
                guard let file = tree.files.first(where: { $0.path == path }) else {
                    return [
                        Finding(
                            path: path, what: "is missing", why: "who arrives by search starts there",
                            remedy: "write it with the headings: \(readmeHeadings.joined(separator: ", "))")
                    ]
                }
                var findings: [Finding] = []
                let headings = file.lines.filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3).trimmed }
                for heading in readmeHeadings where !headings.contains(Substring(heading)) {
                    findings.append(
                        Finding(
                            path: path, what: "has no heading \"## \(heading)\"",
                            why: "all modules' READMEs answer the same questions",
                            remedy: "add it; \"nothing\" is an answer"))
                }
                if file.lines.count > 61 {
                    findings.append(
                        Finding(
                            path: path, what: "has \(file.lines.count - 1) lines",
                            why: "60 lines are read, more are not",
                            remedy: "move what is history to Docs/Decisions"))
                }
                return findings
            }
        })

    private static let readmeHeadings = [
        "What it is", "Words", "Owns", "Uses", "Chosen by", "Invariants and lock order", "Sources", "Tests",
    ]
}
