// SPDX-License-Identifier: Apache-2.0

// Imports: what a module imports is declared in Package.swift, what it declares it imports.
// The compiler's own check refuses most of the first; this one names the line and also sees what nobody uses.

extension SourceCheck {
    static let imports = SourceCheck(
        name: "imports", summary: "every import is declared in Package.swift, and every declaration is used",
        findings: { tree in
            var findings: [Finding] = []
            for target in tree.manifest.targets where target.layer != nil {
                var used: Set<String> = []
                for file in tree.files where file.path.hasPrefix(target.path + "/") {
                    for (line, module) in file.importedModules {
                        used.insert(module)
                        if module == target.name || target.dependencies.contains(module) { continue }
                        if toolchainModules.contains(module) { continue }
                        let isOurs = tree.manifest.target(named: module) != nil
                        findings.append(
                            Finding(
                                path: file.path, line: line,
                                what: "imports \(module), which \(target.name) does not declare",
                                why: "Package.swift is the map of who depends on whom",
                                remedy: isOurs
                                    ? "add \"\(module)\" to the dependencies of \(target.name), if the layers allow it"
                                    : "the kernel has no dependencies outside this package"))
                    }
                }
                for unused in target.dependencies where !used.contains(unused) {
                    findings.append(
                        Finding(
                            path: "Package.swift", what: "\(target.name) declares \(unused) and never imports it",
                            why: "each edge of the graph is compile time", remedy: "remove \"\(unused)\""))
                }
            }
            return findings
        })

    /// Modules of the compiler that Embedded Swift has.
    private static let toolchainModules: Set<String> = ["Swift", "Builtin", "Synchronization", "_Volatile"]
}

extension CheckedFile {
    /// The modules that a Swift or C file imports, with line numbers.
    var importedModules: [(line: Int, module: String)] {
        if isKind(".c", ".h", ".S") {
            // A C target sees the headers of the targets that it depends on.
            return lines.enumerated().compactMap { index, line in
                guard line.hasPrefix("#include <") || line.hasPrefix("#include \"") else { return nil }
                let name = line.dropFirst(10).prefix { $0 != "." && $0 != ">" && $0 != "\"" }
                return name.first?.isUppercase == true ? (index + 1, String(name)) : nil
            }.filter { !path.includes("/\($0.module)/") }
        }
        guard isKind(".swift") else { return [] }
        var found: [(line: Int, module: String)] = []
        for (index, line) in SwiftSource(text).lines.enumerated() where line.includes("import ") {
            let words = line.split { $0 == " " || $0 == "." || $0 == ";" }
            guard let position = words.firstIndex(of: "import"), words.count > position + 1,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains(String($0)) })
            else { continue }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
            let module =
                kinds.contains(words[position + 1]) && words.count > position + 2
                ? words[position + 2] : words[position + 1]
            found.append((index + 1, String(module)))
        }
        return found
    }

    private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
}
