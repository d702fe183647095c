// SPDX-License-Identifier: Apache-2.0

// Formatting: what `swift-format lint --strict` says, as findings. One finding per file and rule, or it drowns the others.

internal import HostSystem
internal import ImageBuilder

/// What swift-format would change.
func formatFindings(_ tree: CheckedTree) throws -> [Finding] {
    let tool = try Toolchain().tool("swift-format")
    let folders = [
        "Package.swift", "Sources", "Tests", "Examples", "Tools/Package.swift", "Tools/Sources", "Tools/Tests",
    ]
    .filter { tree.paths.contains($0) }
    let result = try ChildProcess.run(
        tool, ["lint", "--strict", "--recursive", "--parallel", "--configuration", ".swift-format"] + folders,
        directory: tree.root)
    if result.isSuccess { return [] }
    var order: [String] = []
    var found: [String: (finding: Finding, count: Int)] = [:]
    for line in result.text.split(separator: "\n") {
        let fields = line.split(separator: ":", maxSplits: 4)
        guard fields.count == 5, let number = Int(fields[1]) else { continue }
        let rule = fields[4].after("[").map { String($0.before("]")) } ?? "format"
        let key = "\(fields[0]) \(rule)"
        if found[key] == nil {
            order.append(key)
            found[key] = (
                Finding(
                    path: String(fields[0]), line: number, what: String(fields[4].trimmed), why: "swift-format is law",
                    remedy: "run: swift format -i \(fields[0])"), 0
            )
        }
        found[key]?.count += 1
    }
    guard !order.isEmpty else {
        return [
            Finding(
                path: ".swift-format", what: "swift-format failed", why: String(result.text.prefix(300)),
                remedy: "run: swift format lint --strict -r Sources")
        ]
    }
    return order.compactMap { key in
        guard let entry = found[key], entry.count > 1 else { return found[key]?.finding }
        return Finding(
            path: entry.finding.path, line: entry.finding.line,
            what: entry.finding.what + " (and \(entry.count - 1) more)", why: entry.finding.why,
            remedy: entry.finding.remedy)
    }
}
