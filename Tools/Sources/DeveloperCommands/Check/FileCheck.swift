// SPDX-License-Identifier: Apache-2.0

// Files: the licence line and a header on each, and at most three above 400 lines.

extension SourceCheck {
    static let headers = SourceCheck(
        name: "headers", summary: "source files begin with the licence line and say what they are",
        findings: { tree in
            tree.files.filter { $0.isKind(".swift", ".c", ".h", ".S", ".sh", ".ld", "/run", "Makefile") }
                .compactMap { file in
                    let lines = file.lines.prefix(24)
                    guard lines.prefix(3).contains(where: { $0.includes("SPDX-License-Identifier: Apache-2.0") }) else {
                        return Finding(
                            path: file.path, line: 1, what: "has no licence line",
                            why: "every file says under which licence it is",
                            remedy: "begin with // SPDX-License-Identifier: Apache-2.0")
                    }
                    let comments = lines.filter { line in
                        let text = line.trimmed
                        return ["//", "#", "*", "/*"].contains(where: text.hasPrefix) && !text.includes("SPDX")
                            && text.count > 10 && !text.hasPrefix("#include") && !text.hasPrefix("#if")
                    }
                    guard comments.isEmpty else { return nil }
                    return Finding(
                        path: file.path, line: 1, what: "does not say what it is",
                        why: "code is read by who arrives by search",
                        remedy: "write what this is, what it is not, where the neighbours are, and which specification")
                }
        })

    static let sizes = SourceCheck(
        name: "sizes", summary: "at most three files above 400 lines; tables and tests are free",
        findings: { tree in
            let large = tree.files.filter { file in
                file.isKind(".swift", ".c", ".h", ".S") && !file.isIn("Tests") && !file.isIn("Tools/Tests")
                    && !file.isIn("Benchmarks") && !file.name.includes("Table") && !file.name.includes("Number+")
                    && file.lines.count > 401
            }
            guard large.count > 3 else { return [] }
            return large.map { file in
                Finding(
                    path: file.path,
                    what: "has \(file.lines.count - 1) lines, and so have \(large.count - 1) more files",
                    why: "one concept per file; at most three files above 400 lines",
                    remedy: "split it: Type.swift holds state and story, Type+Topic.swift a capability")
            }
        })

    static let formatting = SourceCheck(
        name: "format", summary: "swift-format finds nothing to change", findings: { try formatFindings($0) })
}
