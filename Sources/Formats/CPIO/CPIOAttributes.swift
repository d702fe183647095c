// SPDX-License-Identifier: Apache-2.0

// What a newc header says about one file: the same structure for reading and writing.
// The names and contents are not in here: the reader points at them, the writer is handed them.
//
// Source: cpio(5) "New ASCII Format"; Linux's buffer-format.rst for what an initial file system may hold.

/// The attributes of one member of an archive.
public struct CPIOAttributes: Equatable, Sendable {
    /// Inode number; members with the same number, device and a link count above 1 are one file.
    public var inode: UInt32
    /// File type and permissions, as in stat(2) `st_mode`.
    public var mode: UInt32
    /// Owner.
    public var userID: UInt32
    /// Group.
    public var groupID: UInt32
    /// Number of names that the file has in the archive.
    public var linkCount: UInt32
    /// Seconds since 1970, unsigned: the format ends in 2106.
    public var modificationTime: UInt32
    /// Bytes of contents; of hard links only the last name has them.
    public var size: UInt32
    /// Device that held the file.
    public var deviceMajor: UInt32
    /// Device that held the file.
    public var deviceMinor: UInt32
    /// The device that a device node stands for.
    public var representedMajor: UInt32
    /// The device that a device node stands for.
    public var representedMinor: UInt32

    /// Creates attributes; what is not given is zero.
    public init(
        mode: UInt32, size: UInt32 = 0, inode: UInt32 = 0, userID: UInt32 = 0, groupID: UInt32 = 0,
        linkCount: UInt32 = 1, modificationTime: UInt32 = 0, deviceMajor: UInt32 = 0, deviceMinor: UInt32 = 0,
        representedMajor: UInt32 = 0, representedMinor: UInt32 = 0
    ) {
        self.inode = inode
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.linkCount = linkCount
        self.modificationTime = modificationTime
        self.size = size
        self.deviceMajor = deviceMajor
        self.deviceMinor = deviceMinor
        self.representedMajor = representedMajor
        self.representedMinor = representedMinor
    }

    /// The file types of `mode`, as in stat(2).
    public enum Kind: UInt32, Sendable {
        case fifo = 0o010000
        case characterDevice = 0o020000
        case directory = 0o040000
        case blockDevice = 0o060000
        case regular = 0o100000
        case symbolicLink = 0o120000
        case socket = 0o140000
    }

    /// The file's type, or nil if `mode` holds none that exists.
    public var kind: Kind? { Kind(rawValue: mode & 0o170000) }
}

/// One member as it lies in an archive.
public struct CPIOMember: Equatable, Sendable {
    /// What the header says.
    public let attributes: CPIOAttributes
    /// The name, without any of its NULs; as written, so perhaps with a leading "/" or "./".
    public let name: Range<Int>
    /// The contents; of a symbolic link the target, without NUL.
    public let contents: Range<Int>
    /// Offset of the member's header.
    public let offset: Int
    /// Counts the archives that were put one behind the other; inode numbers mean nothing across them.
    public let archiveIndex: Int
}
