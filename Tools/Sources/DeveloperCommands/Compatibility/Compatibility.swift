// SPDX-License-Identifier: Apache-2.0

// dev compatibility: writes Docs/LinuxCompatibility.md.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Compatibility: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes Docs/LinuxCompatibility.md from the system call table.")

    func run() throws {
        let root = try SourceTree.find().root
        let source = try HostFile.contents(root.appending(FilePath(CompatibilityTable.source)))
        let table = CompatibilityTable(source: String(decoding: source, as: UTF8.self))
        try HostFile.writeAtomically(root.appending(FilePath(CompatibilityTable.document))) {
            try $0.write(Array(table.markdown.utf8))
        }
    }
}
