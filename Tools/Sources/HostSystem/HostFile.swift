// SPDX-License-Identifier: Apache-2.0

// Questions to the host's file system, and writing without half-made files.

internal import Glibc

/// What lstat(2) says, as far as an archive can carry it.
public struct FileStatus: Equatable, Sendable {
    /// File type and permissions.
    public var mode: UInt32
    /// Owner.
    public var userID: UInt32
    /// Group.
    public var groupID: UInt32
    /// Bytes.
    public var size: UInt64
    /// Names.
    public var linkCount: UInt64
    /// Device that holds the file.
    public var device: UInt64
    /// Inode number on it.
    public var inode: UInt64
    /// Device that the file stands for, major number.
    public var representedMajor: UInt32
    /// Device that the file stands for, minor number.
    public var representedMinor: UInt32
    /// Modification time: seconds and nanoseconds since 1970.
    public var modified: (seconds: Int64, nanoseconds: Int64)
    /// Change time: seconds and nanoseconds since 1970.
    public var changed: (seconds: Int64, nanoseconds: Int64)

    /// Compares everything.
    public static func == (left: FileStatus, right: FileStatus) -> Bool {
        left.mode == right.mode && left.userID == right.userID && left.groupID == right.groupID
            && left.size == right.size && left.linkCount == right.linkCount && left.device == right.device
            && left.inode == right.inode && left.modified == right.modified && left.changed == right.changed
    }

    /// Whether this user may read the file, the last link followed.
    public static func isReadable(_ path: FilePath) -> Bool { path.withCString { access($0, R_OK) } == 0 }

    /// Whether it is a folder.
    public var isDirectory: Bool { mode & 0o170000 == 0o040000 }
    /// Whether it is a regular file.
    public var isRegular: Bool { mode & 0o170000 == 0o100000 }
    /// Whether it is a symbolic link.
    public var isSymbolicLink: Bool { mode & 0o170000 == 0o120000 }

    init(_ status: stat) {
        mode = status.st_mode
        userID = status.st_uid
        groupID = status.st_gid
        size = UInt64(max(0, status.st_size))
        linkCount = UInt64(status.st_nlink)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        // glibc's encoding of dev_t, makedev(3).
        let raw = UInt64(status.st_rdev)
        representedMajor = UInt32(truncatingIfNeeded: (raw >> 8 & 0xfff) | (raw >> 32 & ~0xfff))
        representedMinor = UInt32(truncatingIfNeeded: (raw & 0xff) | (raw >> 12 & ~0xff))
        modified = (Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec))
        changed = (Int64(status.st_ctim.tv_sec), Int64(status.st_ctim.tv_nsec))
    }
}

/// The host's files.
public enum HostFile {
    /// What happens at a symbolic link.
    public enum LinkHandling: Sendable {
        /// The link itself is meant.
        case itself
        /// What it points to is meant.
        case followed
    }

    /// The status of a file.
    public static func status(_ path: FilePath, links: LinkHandling = .itself) throws(SystemCallError) -> FileStatus {
        var status = stat()
        let result = path.withCString { links == .itself ? lstat($0, &status) : stat($0, &status) }
        guard result == 0 else { throw SystemCallError("stat") }
        return FileStatus(status)
    }

    /// Whether the file exists and may be executed by this process.
    public static func isExecutable(_ path: FilePath) -> Bool {
        guard let status = try? status(path, links: .followed), status.isRegular else { return false }
        return path.withCString { access($0, X_OK) } == 0
    }

    /// Whether this process may read the file, links followed.
    public static func isReadable(_ path: FilePath) -> Bool { path.withCString { access($0, R_OK) } == 0 }

    /// Whether this process may write the file or make files in the folder, links followed.
    public static func isWritable(_ path: FilePath) -> Bool { path.withCString { access($0, W_OK) } == 0 }

    /// Whether something exists at the path, links followed.
    public static func exists(_ path: FilePath) -> Bool { (try? status(path, links: .followed)) != nil }

    /// The target of a symbolic link.
    public static func linkTarget(_ path: FilePath) throws(SystemCallError) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = path.withCString { readlink($0, &buffer, buffer.count) }
        guard length >= 0 else { throw SystemCallError("readlink") }
        return buffer[..<length].map { UInt8(bitPattern: $0) }
    }

    /// The path with every link resolved.
    public static func resolved(_ path: FilePath) throws(SystemCallError) -> FilePath {
        guard let result = path.withCString({ realpath($0, nil) }) else { throw SystemCallError("realpath") }
        defer { free(result) }
        return FilePath(bytes: UnsafeRawBufferPointer(start: result, count: strlen(result)))
    }

    /// The names in a folder, sorted, without "." and "..".
    public static func names(in path: FilePath) throws(SystemCallError) -> [[UInt8]] {
        guard let stream = path.withCString({ opendir($0) }) else { throw SystemCallError("opendir") }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in Array(raw.prefix { $0 != 0 }) }
            if name != Array(".".utf8) && name != Array("..".utf8) { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// All bytes of a file.
    public static func contents(_ path: FilePath) throws(SystemCallError) -> [UInt8] {
        let file = try Descriptor(opening: path, .read)
        var bytes: [UInt8] = []
        while true {
            let piece = try file.read(count: 1 << 20)
            bytes += piece
            if piece.count < 1 << 20 { return bytes }
        }
    }

    /// The first bytes of a file.
    public static func prefix(_ path: FilePath, count: Int) throws(SystemCallError) -> [UInt8] {
        try Descriptor(opening: path, .read).read(count: count)
    }

    /// Makes a folder and those above it.
    public static func createDirectories(_ path: FilePath) throws(SystemCallError) {
        if let status = try? status(path, links: .followed), status.isDirectory { return }
        if path.components.count > 1 { try createDirectories(path.parent) }
        let result = path.withCString { mkdir($0, 0o777) }
        guard result == 0 || errno == EEXIST else { throw SystemCallError("mkdir") }
    }

    /// Writes a file under another name and then gives it its own, so that nobody sees half of it. The name is nobody
    /// else's: processes of two containers may share a folder and have the same number.
    public static func writeAtomically(
        _ path: FilePath, mode: UInt32 = 0o644, _ body: (Descriptor) throws -> Void
    ) throws {
        let temporary = FilePath(
            bytes: path.bytes + Array(".\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).new".utf8))
        do {
            let file = try Descriptor(opening: temporary, .create(mode: mode))
            try body(file)
            let renamed = temporary.withCString { from in path.withCString { Glibc.rename(from, $0) } }
            guard renamed == 0 else { throw SystemCallError("rename") }
        } catch {
            _ = temporary.withCString { unlink($0) }
            throw error
        }
    }

    /// Gives a file another name, replacing what had it.
    public static func rename(_ path: FilePath, to other: FilePath) throws(SystemCallError) {
        let result = path.withCString { from in other.withCString { Glibc.rename(from, $0) } }
        guard result == 0 else { throw SystemCallError("rename") }
    }

    /// Removes a file; it need not exist.
    public static func remove(_ path: FilePath) {
        _ = path.withCString { unlink($0) }
    }

    /// Sets a file's modification time to now.
    public static func touch(_ path: FilePath) {
        _ = path.withCString { utimes($0, nil) }
    }

    /// The current folder.
    public static func currentDirectory() throws(SystemCallError) -> FilePath {
        guard let result = getcwd(nil, 0) else { throw SystemCallError("getcwd") }
        defer { free(result) }
        return FilePath(bytes: UnsafeRawBufferPointer(start: result, count: strlen(result)))
    }
}
