// SPDX-License-Identifier: Apache-2.0

// Links: what a Markdown file links to in this checkout exists, headings included; what Docs/Map.md names in `code` does, too.

extension SourceCheck {
    static let links = SourceCheck(
        name: "links", summary: "links in *.md lead somewhere, and so does every path in Docs/Map.md",
        findings: { tree in
            var findings: [Finding] = []
            for file in tree.files where file.isKind(".md") {
                for (line, target) in file.markdownLinks {
                    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                    let path = parts[0].isEmpty ? file.path : resolve(String(parts[0]), from: file.path)
                    guard tree.paths.contains(path) || path.isEmpty else {
                        findings.append(dead(file, line, "links to \(target), which does not exist"))
                        continue
                    }
                    guard parts.count == 2, path.hasSuffix(".md"),
                        let other = tree.files.first(where: { $0.path == path })
                    else { continue }
                    if !other.headingAnchors.contains(String(parts[1])) {
                        findings.append(dead(file, line, "links to \(target), but there is no such heading"))
                    }
                }
                if file.path == "Docs/Map.md" { findings += deadPaths(in: file, tree) }
            }
            return findings
        })

    private static func dead(_ file: CheckedFile, _ line: Int, _ what: String) -> Finding {
        Finding(
            path: file.path, line: line, what: what, why: "a map that leads nowhere is worse than none",
            remedy: "correct it in the commit that moved its target")
    }

    /// Paths in `code` that the map gives without linking them.
    private static func deadPaths(in file: CheckedFile, _ tree: CheckedTree) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 && $0.element.includes("/") && !$0.element.includes(" ") }
                .compactMap { _, code -> Finding? in
                    let path = code.hasSuffix("/") ? code.dropLast() : code
                    guard let first = path.split(separator: "/").first, tree.paths.contains(String(first)),
                        !tree.paths.contains(String(path))
                    else { return nil }
                    return dead(file, index + 1, "names \(path), which does not exist")
                }
        }
    }

    /// The path from the root that a link in a file means.
    private static func resolve(_ link: String, from file: String) -> String {
        var parts = link.hasPrefix("/") ? [] : file.split(separator: "/").dropLast().map(String.init)
        for part in link.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}

extension CheckedFile {
    /// The targets of links into this checkout, outside code.
    var markdownLinks: [(line: Int, target: String)] {
        var found: [(line: Int, target: String)] = []
        var isInCode = false
        for (index, line) in lines.enumerated() {
            if line.trimmed.hasPrefix("```") { isInCode.toggle() }
            if isInCode { continue }
            // Code between backquotes is no link.
            let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .map { $0.offset % 2 == 0 ? String($0.element) : "" }.joined(separator: "`")
            var rest = Substring(prose)
            while let link = rest.after("](") {
                rest = link
                let target = link.before(")").split(separator: " ").first.map(String.init) ?? ""
                if !target.includes("://") && !target.hasPrefix("mailto:") { found.append((index + 1, target)) }
            }
        }
        return found
    }

    /// The names by which headings are linked: lower case, dashes for spaces, punctuation left out.
    var headingAnchors: Set<String> {
        Set(
            lines.filter { $0.hasPrefix("#") }.map { line in
                String(
                    line.drop { $0 == "#" }.trimmed.lowercased().compactMap { character -> Character? in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || character == "-" || character == "_"
                            ? character : nil
                    })
            })
    }
}
