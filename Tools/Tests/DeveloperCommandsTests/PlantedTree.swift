// SPDX-License-Identifier: Apache-2.0

// A small tree that every source check accepts, in a folder of its own, into which a test plants its violation.

import Glibc
import HostSystem
import Testing

@testable import DeveloperCommands

/// A tree on disk that ends with the test.
final class PlantedTree {
    let root: FilePath
    var targets = [
        Manifest.Target(name: "Bytes", path: "Sources/Formats/Bytes", dependencies: []),
        Manifest.Target(name: "X86_64", path: "Sources/Machine/Arch/x86_64", dependencies: ["Bytes"]),
        Manifest.Target(name: "Memory", path: "Sources/Machine/Memory", dependencies: []),
        Manifest.Target(name: "Platform", path: "Sources/Machine/Platform", dependencies: []),
        Manifest.Target(name: "Model", path: "Sources/Devices/Model", dependencies: []),
        Manifest.Target(name: "Serial", path: "Sources/Drivers/Serial", dependencies: ["Model"]),
        Manifest.Target(name: "Files", path: "Sources/Services/Files", dependencies: ["Model"]),
        Manifest.Target(name: "Linux", path: "Sources/Personalities/Linux", dependencies: ["Files", "Memory"]),
        Manifest.Target(name: "linux", path: "Sources/Images/linux", dependencies: ["Linux", "Serial", "X86_64"]),
    ]

    init() throws {
        var template = Array("/tmp/apus-planted-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        root = FilePath(String(cString: made))
        for target in targets {
            let imports = target.dependencies.map { "internal import \($0)\n" }.joined()
            try write(
                "\(target.path)/\(target.name).swift",
                header + imports + (imports.isEmpty ? "" : "\n") + "/// Nothing.\nstruct Nothing {}\n")
            try write("\(target.path)/README.md", readme)
        }
        try write(
            "Docs/Map.md",
            "# Map\nBytes: [Bytes](../Sources/Formats/Bytes/README.md), `Sources/Formats/Bytes/Bytes.swift`\n")
        try write(".swift-format", #"{ "version": 1, "lineLength": 120, "indentation": { "spaces": 4 } }"#)
    }

    deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", root.description]) }

    let header = "// SPDX-License-Identifier: Apache-2.0\n\n// A file of a test, which stands for a module.\n\n"
    let readme = """
        # Module
        ## What it is
        ## Words
        ## Owns
        ## Uses
        ## Chosen by
        ## Invariants and lock order
        ## Sources
        ## Tests

        """

    func write(_ path: String, _ text: String) throws {
        let file = root.appending(FilePath(path))
        try HostFile.createDirectories(file.parent)
        try HostFile.writeAtomically(file) { try $0.write(Array(text.utf8)) }
    }

    /// Adds lines to the end of a file.
    func plant(_ text: String, in path: String) throws {
        let old = String(decoding: try HostFile.contents(root.appending(FilePath(path))), as: UTF8.self)
        try write(path, old + text)
    }

    /// Adds a dependency to a target.
    func declare(_ dependency: String, in name: String) {
        targets = targets.map {
            $0.name == name
                ? Manifest.Target(name: name, path: $0.path, dependencies: $0.dependencies + [dependency]) : $0
        }
    }

    func findings(_ check: SourceCheck) throws -> [Finding] {
        try check.findings(CheckedTree(root: root, manifest: Manifest(targets: targets)))
    }
}
