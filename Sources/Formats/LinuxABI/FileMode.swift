// SPDX-License-Identifier: Apache-2.0
//
// What `st_mode` says: the kind of an inode and its permission bits in one word.

/// The kind of an inode.
///
/// - Layout: raw values are bits 12 to 15 of `st_mode`, which are also `d_type` of a directory entry.
/// - Source: inode(7).
public enum FileKind: UInt8, Sendable {
    /// A FIFO or pipe (`S_IFIFO`).
    case fifo = 0o1
    /// A character device (`S_IFCHR`).
    case characterDevice = 0o2
    /// A directory (`S_IFDIR`).
    case directory = 0o4
    /// A block device (`S_IFBLK`).
    case blockDevice = 0o6
    /// A regular file (`S_IFREG`).
    case regular = 0o10
    /// A symbolic link (`S_IFLNK`).
    case symbolicLink = 0o12
    /// A socket (`S_IFSOCK`).
    case socket = 0o14
}

/// The permission bits of an inode, with set-ID and sticky: twelve bits.
///
/// - Source: inode(7).
public struct Permissions: OptionSet, Hashable, Sendable {
    /// The bits, as chmod(2) takes them.
    public let rawValue: UInt16

    /// Creates permissions from chmod(2)'s bits; others are dropped.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue & 0o7777
    }

    /// The process runs as the file's owner (`S_ISUID`).
    public static var setUserID: Permissions { Permissions(rawValue: 0o4000) }
    /// The process runs as the file's group; new entries of a directory inherit its group (`S_ISGID`).
    public static var setGroupID: Permissions { Permissions(rawValue: 0o2000) }
    /// Entries of the directory may be removed by their owner only (`S_ISVTX`).
    public static var sticky: Permissions { Permissions(rawValue: 0o1000) }
    /// The execute bits of owner, group and others.
    public static var execution: Permissions { Permissions(rawValue: 0o111) }
    /// The group's execute bit, without which `setGroupID` meant mandatory locking.
    public static var groupExecution: Permissions { Permissions(rawValue: 0o010) }
}

/// Kind and permissions together.
///
/// - Layout: `st_mode`: kind in bits 12 to 15, permissions in bits 0 to 11.
public struct FileMode: Hashable, Sendable {
    /// What the inode is.
    public var kind: FileKind
    /// Who may do what.
    public var permissions: Permissions

    /// Creates a mode.
    public init(_ kind: FileKind, _ permissions: Permissions) {
        self.kind = kind
        self.permissions = permissions
    }

    /// Creates a mode from `st_mode`; nil if the kind bits mean nothing.
    public init?(statusWord: UInt32) {
        guard let kind = FileKind(rawValue: UInt8(truncatingIfNeeded: statusWord >> 12 & 0xf)), statusWord >> 16 == 0
        else {
            return nil
        }
        self.init(kind, Permissions(rawValue: UInt16(truncatingIfNeeded: statusWord & 0o7777)))
    }

    /// The mode as `st_mode`.
    public var statusWord: UInt32 {
        UInt32(kind.rawValue) << 12 | UInt32(permissions.rawValue)
    }
}
