// SPDX-License-Identifier: Apache-2.0

// The fence: unsafe constructs only in Machine and in files named *+Unsafe.swift, and there each `unsafe` says which facts
// make it right. The compiler refuses unmarked unsafe code; that the mark stands only inside the fence is checked here.

extension SourceCheck {
    static let fence = SourceCheck(
        name: "fence", summary: "unsafe words only in Sources/Machine and *+Unsafe.swift",
        findings: { tree in
            tree.swiftFiles(in: "Sources")
                .filter { !$0.isIn("Sources/Machine") && !$0.isKind("+Unsafe.swift") }
                .flatMap { unsafeWords(in: $0) + mutableStateOfUncheckedClasses(in: $0) }
        })

    static let safetyFacts = SourceCheck(
        name: "safety-facts", summary: "a file of the fence outside Machine says // SAFETY: for what it does",
        findings: { tree in
            tree.swiftFiles(in: "Sources").filter { !$0.isIn("Sources/Machine") && $0.isKind("+Unsafe.swift") }
                .compactMap { file in
                    guard !file.text.includes("SAFETY:") else { return nil }
                    return Finding(
                        path: file.path, what: "uses unsafe constructs without // SAFETY:",
                        why: "each unsafe expression states its facts and who guarantees them",
                        remedy: "write the facts, or rename the file if nothing in it is unsafe")
                }
        })

    private static func unsafeWords(in file: CheckedFile) -> [Finding] {
        SwiftSource(file.text).lines.enumerated().compactMap { index, line in
            guard let word = line.words.first(where: isUnsafe) else { return nil }
            return Finding(
                path: file.path, line: index + 1, what: "names \(word)",
                why: "unsafe constructs stay in Sources/Machine and *+Unsafe.swift",
                remedy: "use a safe type, or move the few lines to a *+Unsafe.swift file with their // SAFETY: facts")
        }
    }

    private static func isUnsafe(_ word: Substring) -> Bool {
        word == "unsafe" || word == "Unmanaged" || word.hasPrefix("Unsafe") || word.hasPrefix("unsafe")
            || word.hasPrefix("withUnsafe") || word.hasPrefix("assumingMemoryBound")
    }

    /// A class that says `@unchecked Sendable` and has a stored variable of its own.
    private static func mutableStateOfUncheckedClasses(in file: CheckedFile) -> [Finding] {
        let lines = SwiftSource(file.text).lines
        var findings: [Finding] = []
        for (index, line) in lines.enumerated() where line.includes("@unchecked Sendable") && line.includes("class ") {
            // The members are one level deeper than the line of the declaration.
            let indentation = line.prefix { $0 == " " }.count + 4
            for (offset, member) in lines[(index + 1)...].enumerated() {
                let depth = member.prefix { $0 == " " }.count
                if depth < indentation && !member.trimmed.isEmpty { break }
                guard depth == indentation, member.words.contains("var") else { continue }
                guard member.words.first == "var" || accessWords.contains(String(member.words.first ?? "")) else {
                    continue
                }
                if member.includes("{") || member.includes("func ") || member.includes("class ") { continue }
                findings.append(
                    Finding(
                        path: file.path, line: index + offset + 2,
                        what: "a variable in a class that is @unchecked Sendable",
                        why: "shared mutable state sits behind a lock that owns it",
                        remedy: "make it `let` with a Spinlock, BlockingMutex or Confined value"))
            }
        }
        return findings
    }

    private static let accessWords: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "final", "open", "weak", "unowned",
    ]
}
