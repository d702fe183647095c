// SPDX-License-Identifier: Apache-2.0

// Archives by the content of their files: the name is a digest over paths, attributes and contents, so an archive is
// right as long as it is found, and two folders with the same files share one.
// What was not used for longest goes first when the cache grows over its limit.

internal import CPIO
internal import Glibc
public import HostSystem

/// The archives that need not be made again.
public struct ArchiveCache {
    /// Bytes that the archives may take together; the one just made stays in any case.
    public static let limit: UInt64 = 2 << 30

    private let cache: FilePath
    private let directory: FilePath

    /// Opens the cache, making its folder if needed.
    public init(cache: FilePath) throws(ToolError) {
        self.cache = cache
        directory = cache.appending("archives")
        do throws(SystemCallError) { try HostFile.createDirectories(directory) } catch {
            throw error.writingCache(directory)
        }
    }

    /// The archive of a tree, from the cache or freshly written; it ends with the end mark.
    public func archive(of tree: FileTree) throws -> FilePath {
        let path = directory.appending(FilePath("\(try key(of: tree)).cpio"))
        if HostFile.exists(path) {
            HostFile.touch(path)
            return path
        }
        do {
            try HostFile.writeAtomically(path) { file in
                var writer = ArchiveWriter(to: file)
                try writer.write(tree, firstInode: 16)
                try writer.finish(.trailer)
            }
        } catch let error as SystemCallError {
            throw error.writingCache(path)
        }
        prune(keeping: path)
        return path
    }

    private func key(of tree: FileTree) throws -> String {
        let digests = try ContentDigests(cache: cache)
        var hash = SHA256()
        hash.update(Array("apus archive 1\0".utf8))
        for path in tree.paths {
            guard let entry = tree.entries[path] else { continue }
            let a = entry.attributes
            hash.update(path.bytes)
            var facts =
                "\0\(a.mode) \(a.userID) \(a.groupID) \(a.modificationTime) \(a.representedMajor) \(a.representedMinor) "
            switch entry.contents {
            case .none:
                facts += "-"
            case .bytes(let bytes):
                var contents = SHA256()
                contents.update(bytes)
                facts += contents.hexadecimal()
            case .file(let host, let status):
                facts += try digests.digest(of: host, status)
                // Hard links are part of the archive's meaning.
                if status.linkCount > 1 { facts += " \(status.device):\(status.inode)" }
            }
            hash.update(Array((facts + "\n").utf8))
        }
        return hash.hexadecimal()
    }

    /// What was used in the last minutes may be another process's, which is about to read it, or is still writing it.
    private func prune(keeping newest: FilePath) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        guard let names = try? HostFile.names(in: directory) else { return }
        var files: [(path: FilePath, status: FileStatus)] = names.compactMap { name in
            let path = directory.appending(FilePath(bytes: name))
            return (try? HostFile.status(path)).map { (path, $0) }
        }
        var total = files.reduce(0) { $0 + $1.status.size }
        files.sort { $0.status.modified.seconds < $1.status.modified.seconds }
        for file in files where file.path != newest && file.status.modified.seconds < Int64(now.tv_sec) - 600 {
            // Half-made ones of that age were left behind by processes that were killed.
            guard total > Self.limit || file.path.bytes.suffix(4).elementsEqual(".new".utf8) else { continue }
            HostFile.remove(file.path)
            total -= file.status.size
        }
    }
}
