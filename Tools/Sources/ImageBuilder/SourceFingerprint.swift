// SPDX-License-Identifier: Apache-2.0

// A digest over source files. The contents are only read when names, sizes or times have changed since the last time.

internal import Glibc
public import HostSystem

/// Digests of folders of sources.
public struct SourceFingerprint: Sendable {
    /// SHA-256 over the names and contents of all files.
    public let contents: String
    /// SHA-256 over those that SwiftPM does not notice: headers and linker scripts.
    public let unnoticed: String

    /// Computes the digests.
    ///
    /// - Parameters:
    ///   - paths: files and folders below `root`; names that begin with a dot are left out.
    ///   - note: a file in which the result is remembered.
    public init(root: FilePath, paths: [FilePath], note: FilePath) throws {
        var files: [FilePath] = []
        for path in paths { try Self.collect(root, path, &files) }
        var quick = SHA256()
        for file in files {
            let status = try HostFile.status(root.appending(file), links: .followed)
            quick.update(file.bytes)
            let facts =
                "\0\(status.size) \(status.inode) \(status.modified.seconds).\(status.modified.nanoseconds) "
                + "\(status.changed.seconds).\(status.changed.nanoseconds)\n"
            quick.update(Array(facts.utf8))
        }
        let stamp = quick.hexadecimal()
        if let bytes = try? HostFile.contents(note) {
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
            if words.count == 3, words[0] == stamp {
                (contents, unnoticed) = (words[1], words[2])
                return
            }
        }
        var all = SHA256()
        var some = SHA256()
        for file in files {
            let bytes = try HostFile.contents(root.appending(file))
            let name = file.bytes + [0]
            all.update(name)
            all.update(Array("\(bytes.count)\0".utf8))
            all.update(bytes)
            if Self.unnoticedSuffixes.contains(where: file.description.hasSuffix) {
                some.update(name)
                some.update(bytes)
            }
        }
        contents = all.hexadecimal()
        unnoticed = some.hexadecimal()
        let text = "\(stamp) \(contents) \(unnoticed)"
        try? HostFile.writeAtomically(note) { try $0.write(Array(text.utf8)) }
    }

    private static let unnoticedSuffixes = [".h", ".ld", ".modulemap", ".json"]

    private static func collect(_ root: FilePath, _ path: FilePath, _ files: inout [FilePath]) throws {
        let full = root.appending(path)
        let status: FileStatus
        do throws(SystemCallError) { status = try HostFile.status(full, links: .followed) } catch {
            throw error.reading(full)
        }
        guard status.isDirectory else {
            files.append(path)
            return
        }
        for name in try HostFile.names(in: full) where name.first != UInt8(ascii: ".") {
            try collect(root, path.appending(FilePath(bytes: name)), &files)
        }
    }
}
