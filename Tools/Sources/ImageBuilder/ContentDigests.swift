// SPDX-License-Identifier: Apache-2.0

// The digest of a file's contents, remembered by the file's identity, so that a file is read once and not at every run.
// An identity is trusted only if the file had rested for two seconds: a later write could leave the same time stamps.

internal import Glibc
public import HostSystem

/// Digests of host files.
public struct ContentDigests {
    private let directory: FilePath

    /// Keeps what it learns in a folder of the cache.
    public init(cache: FilePath) throws(ToolError) {
        directory = cache.appending("digests")
        do throws(SystemCallError) { try HostFile.createDirectories(directory) } catch {
            throw error.writingCache(directory)
        }
    }

    /// The SHA-256 of a file's contents.
    public func digest(of path: FilePath, _ status: FileStatus) throws -> String {
        let note = directory.appending(FilePath("\(status.device)-\(status.inode)"))
        let identity =
            "\(status.size) \(status.modified.seconds).\(status.modified.nanoseconds) "
            + "\(status.changed.seconds).\(status.changed.nanoseconds) "
        if let bytes = try? HostFile.contents(note) {
            let text = String(decoding: bytes, as: UTF8.self)
            if text.hasPrefix(identity), text.utf8.count == identity.utf8.count + 64 {
                return String(text.dropFirst(identity.count))
            }
        }
        var hash = SHA256()
        do throws(SystemCallError) {
            let file = try Descriptor(opening: path, .read)
            while true {
                let piece = try file.read(count: 1 << 20)
                if piece.isEmpty { break }
                hash.update(piece)
            }
        } catch {
            throw error.reading(path)
        }
        let digest = hash.hexadecimal()
        if time(nil) - time_t(max(status.changed.seconds, status.modified.seconds)) > 2 {
            try? HostFile.writeAtomically(note) { try $0.write(Array((identity + digest).utf8)) }
        }
        return digest
    }
}
