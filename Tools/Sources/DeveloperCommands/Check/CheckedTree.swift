// SPDX-License-Identifier: Apache-2.0

// The files of a checkout as the checks see them: read once, without what builds leave behind.

internal import HostSystem

/// A file of the checkout.
struct CheckedFile {
    /// From the checkout's root.
    let path: String
    /// Its text.
    let text: String

    /// The last component.
    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The lines, without their ends.
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// Whether the name ends so.
    func isKind(_ endings: String...) -> Bool { endings.contains { path.hasSuffix($0) } }
    /// Whether it lies in a folder.
    func isIn(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}

/// A checkout.
struct CheckedTree {
    /// Its folder.
    let root: FilePath
    /// The text files, by path.
    let files: [CheckedFile]
    /// All paths, folders too, for links.
    let paths: Set<String>
    /// The kernel's package.
    let manifest: Manifest

    /// Reads a checkout, or the few files of a test's.
    init(root: FilePath, manifest: Manifest? = nil) throws {
        self.root = root
        var files: [CheckedFile] = []
        var paths: Set<String> = []
        try Self.read("", root, &files, &paths)
        self.files = files
        self.paths = paths
        self.manifest = try manifest ?? Manifest(describing: root)
    }

    /// The Swift files of a folder.
    func swiftFiles(in folder: String) -> [CheckedFile] { files.filter { $0.isIn(folder) && $0.isKind(".swift") } }

    private static let textEndings = [
        ".swift", ".md", ".c", ".h", ".S", ".sh", ".ld", ".json", ".csv", ".txt", ".modulemap", "/Makefile", "/apus",
        ".ci/run", "/LICENSE", ".swift-format",
    ]

    private static func read(
        _ prefix: String, _ folder: FilePath, _ files: inout [CheckedFile], _ paths: inout Set<String>
    ) throws {
        for name in try HostFile.names(in: folder) {
            let text = String(decoding: name, as: UTF8.self)
            if text.hasPrefix(".build") || text == ".git" || text == ".swiftpm" { continue }
            let path = prefix + text
            let full = folder.appending(FilePath(bytes: name))
            let status = try HostFile.status(full)
            paths.insert(path)
            if status.isDirectory {
                try read(path + "/", full, &files, &paths)
            } else if status.isRegular, textEndings.contains(where: { ("/" + path).hasSuffix($0) }) {
                files.append(
                    CheckedFile(path: path, text: String(decoding: try HostFile.contents(full), as: UTF8.self)))
            }
        }
    }
}
