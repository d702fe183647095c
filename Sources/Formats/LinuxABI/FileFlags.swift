// SPDX-License-Identifier: Apache-2.0
//
// The small flag sets and selectors of the calls that take paths and descriptors.

/// How a call with a directory descriptor and a path resolves them
///
/// - Source: openat(2), fstatat(2), linkat(2), faccessat(2).
public struct AtFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `AT_SYMLINK_NOFOLLOW`.
    public static var noFollow: AtFlags { AtFlags(rawValue: 0x100) }
    /// unlinkat(2) only; the bit of `AT_EACCESS` (`AT_REMOVEDIR`).
    public static var removeDirectory: AtFlags { AtFlags(rawValue: 0x200) }
    /// faccessat2(2) only (`AT_EACCESS`).
    public static var effectiveAccess: AtFlags { AtFlags(rawValue: 0x200) }
    /// `AT_SYMLINK_FOLLOW`.
    public static var follow: AtFlags { AtFlags(rawValue: 0x400) }
    /// `AT_NO_AUTOMOUNT`.
    public static var noAutomount: AtFlags { AtFlags(rawValue: 0x800) }
    /// An empty path means the descriptor itself (`AT_EMPTY_PATH`).
    public static var emptyPath: AtFlags { AtFlags(rawValue: 0x1000) }
    /// `AT_STATX_FORCE_SYNC`.
    public static var statxForceSync: AtFlags { AtFlags(rawValue: 0x2000) }
    /// `AT_STATX_DONT_SYNC`.
    public static var statxDoNotSync: AtFlags { AtFlags(rawValue: 0x4000) }
}

/// What access(2) asks about
///
/// - Source: access(2).
public struct AccessMode: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `X_OK`.
    public static var execute: AccessMode { AccessMode(rawValue: 1) }
    /// `W_OK`.
    public static var write: AccessMode { AccessMode(rawValue: 2) }
    /// `R_OK`.
    public static var read: AccessMode { AccessMode(rawValue: 4) }
}

/// Where lseek(2) counts from
///
/// - Source: lseek(2).
public struct SeekOrigin: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `SEEK_SET`.
    public static var set: SeekOrigin { SeekOrigin(rawValue: 0) }
    /// `SEEK_CUR`.
    public static var current: SeekOrigin { SeekOrigin(rawValue: 1) }
    /// `SEEK_END`.
    public static var end: SeekOrigin { SeekOrigin(rawValue: 2) }
    /// `SEEK_DATA`.
    public static var data: SeekOrigin { SeekOrigin(rawValue: 3) }
    /// `SEEK_HOLE`.
    public static var hole: SeekOrigin { SeekOrigin(rawValue: 4) }
}

/// What renameat2(2) does with an existing target
///
/// - Source: renameat2(2).
public struct RenameFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `RENAME_NOREPLACE`.
    public static var noReplace: RenameFlags { RenameFlags(rawValue: 1) }
    /// `RENAME_EXCHANGE`.
    public static var exchange: RenameFlags { RenameFlags(rawValue: 2) }
    /// `RENAME_WHITEOUT`.
    public static var whiteout: RenameFlags { RenameFlags(rawValue: 4) }
}

/// The flags of a descriptor, not of the open file
///
/// - Source: fcntl(2) F_GETFD.
public struct DescriptorFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `FD_CLOEXEC`.
    public static var closeOnExec: DescriptorFlags { DescriptorFlags(rawValue: 1) }
}

/// What fcntl(2) is asked to do
///
/// - Source: fcntl(2).
public struct FcntlCommand: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `F_DUPFD`.
    public static var duplicate: FcntlCommand { FcntlCommand(rawValue: 0) }
    /// `F_GETFD`.
    public static var getDescriptorFlags: FcntlCommand { FcntlCommand(rawValue: 1) }
    /// `F_SETFD`.
    public static var setDescriptorFlags: FcntlCommand { FcntlCommand(rawValue: 2) }
    /// `F_GETFL`.
    public static var getStatusFlags: FcntlCommand { FcntlCommand(rawValue: 3) }
    /// `F_SETFL`.
    public static var setStatusFlags: FcntlCommand { FcntlCommand(rawValue: 4) }
    /// `F_GETLK`.
    public static var getLock: FcntlCommand { FcntlCommand(rawValue: 5) }
    /// `F_SETLK`.
    public static var setLock: FcntlCommand { FcntlCommand(rawValue: 6) }
    /// `F_SETLKW`.
    public static var setLockWaiting: FcntlCommand { FcntlCommand(rawValue: 7) }
    /// `F_SETOWN`.
    public static var setOwner: FcntlCommand { FcntlCommand(rawValue: 8) }
    /// `F_GETOWN`.
    public static var getOwner: FcntlCommand { FcntlCommand(rawValue: 9) }
    /// `F_SETSIG`.
    public static var setSignal: FcntlCommand { FcntlCommand(rawValue: 10) }
    /// `F_GETSIG`.
    public static var getSignal: FcntlCommand { FcntlCommand(rawValue: 11) }
    /// `F_SETOWN_EX`.
    public static var setOwnerExtended: FcntlCommand { FcntlCommand(rawValue: 15) }
    /// `F_GETOWN_EX`.
    public static var getOwnerExtended: FcntlCommand { FcntlCommand(rawValue: 16) }
    /// `F_GETOWNER_UIDS`.
    public static var getOwnerUsers: FcntlCommand { FcntlCommand(rawValue: 17) }
    /// `F_OFD_GETLK`.
    public static var getOpenFileLock: FcntlCommand { FcntlCommand(rawValue: 36) }
    /// `F_OFD_SETLK`.
    public static var setOpenFileLock: FcntlCommand { FcntlCommand(rawValue: 37) }
    /// `F_OFD_SETLKW`.
    public static var setOpenFileLockWaiting: FcntlCommand { FcntlCommand(rawValue: 38) }
    /// `F_SETLEASE`.
    public static var setLease: FcntlCommand { FcntlCommand(rawValue: 1024) }
    /// `F_GETLEASE`.
    public static var getLease: FcntlCommand { FcntlCommand(rawValue: 1025) }
    /// `F_NOTIFY`.
    public static var notify: FcntlCommand { FcntlCommand(rawValue: 1026) }
    /// `F_DUPFD_CLOEXEC`.
    public static var duplicateCloseOnExec: FcntlCommand { FcntlCommand(rawValue: 1030) }
    /// `F_SETPIPE_SZ`.
    public static var setPipeSize: FcntlCommand { FcntlCommand(rawValue: 1031) }
    /// `F_GETPIPE_SZ`.
    public static var getPipeSize: FcntlCommand { FcntlCommand(rawValue: 1032) }
    /// `F_ADD_SEALS`.
    public static var addSeals: FcntlCommand { FcntlCommand(rawValue: 1033) }
    /// `F_GET_SEALS`.
    public static var getSeals: FcntlCommand { FcntlCommand(rawValue: 1034) }
}

/// What fallocate(2) does with the range
///
/// - Source: fallocate(2).
public struct FallocateMode: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `FALLOC_FL_KEEP_SIZE`.
    public static var keepSize: FallocateMode { FallocateMode(rawValue: 1) }
    /// `FALLOC_FL_PUNCH_HOLE`.
    public static var punchHole: FallocateMode { FallocateMode(rawValue: 2) }
    /// `FALLOC_FL_COLLAPSE_RANGE`.
    public static var collapseRange: FallocateMode { FallocateMode(rawValue: 8) }
    /// `FALLOC_FL_ZERO_RANGE`.
    public static var zeroRange: FallocateMode { FallocateMode(rawValue: 0x10) }
    /// `FALLOC_FL_INSERT_RANGE`.
    public static var insertRange: FallocateMode { FallocateMode(rawValue: 0x20) }
    /// `FALLOC_FL_UNSHARE_RANGE`.
    public static var unshareRange: FallocateMode { FallocateMode(rawValue: 0x40) }
}

/// What flock(2) is asked to do
///
/// - Source: flock(2).
public struct FlockOperation: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `LOCK_SH`.
    public static var shared: FlockOperation { FlockOperation(rawValue: 1) }
    /// `LOCK_EX`.
    public static var exclusive: FlockOperation { FlockOperation(rawValue: 2) }
    /// `LOCK_NB`.
    public static var nonBlocking: FlockOperation { FlockOperation(rawValue: 4) }
    /// `LOCK_UN`.
    public static var unlock: FlockOperation { FlockOperation(rawValue: 8) }
}

/// Which fields statx(2) wants or has filled in
///
/// - Source: statx(2).
public struct StatxMask: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `STATX_TYPE`.
    public static var kind: StatxMask { StatxMask(rawValue: 1) }
    /// `STATX_MODE`.
    public static var mode: StatxMask { StatxMask(rawValue: 2) }
    /// `STATX_NLINK`.
    public static var linkCount: StatxMask { StatxMask(rawValue: 4) }
    /// `STATX_UID`.
    public static var user: StatxMask { StatxMask(rawValue: 8) }
    /// `STATX_GID`.
    public static var group: StatxMask { StatxMask(rawValue: 0x10) }
    /// `STATX_ATIME`.
    public static var accessTime: StatxMask { StatxMask(rawValue: 0x20) }
    /// `STATX_MTIME`.
    public static var modificationTime: StatxMask { StatxMask(rawValue: 0x40) }
    /// `STATX_CTIME`.
    public static var changeTime: StatxMask { StatxMask(rawValue: 0x80) }
    /// `STATX_INO`.
    public static var inode: StatxMask { StatxMask(rawValue: 0x100) }
    /// `STATX_SIZE`.
    public static var size: StatxMask { StatxMask(rawValue: 0x200) }
    /// `STATX_BLOCKS`.
    public static var blocks: StatxMask { StatxMask(rawValue: 0x400) }
    /// `STATX_BASIC_STATS`.
    public static var basicStatus: StatxMask { StatxMask(rawValue: 0x7ff) }
    /// `STATX_BTIME`.
    public static var birthTime: StatxMask { StatxMask(rawValue: 0x800) }
    /// `STATX_MNT_ID`.
    public static var mountID: StatxMask { StatxMask(rawValue: 0x1000) }
    /// `STATX_DIOALIGN`.
    public static var directAlignment: StatxMask { StatxMask(rawValue: 0x2000) }
    /// `STATX__RESERVED`.
    public static var reserved: StatxMask { StatxMask(rawValue: 0x8000_0000) }
}

/// How a file system is mounted
///
/// - Source: mount(2).
public struct MountFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt64

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// `MS_RDONLY`.
    public static var readOnly: MountFlags { MountFlags(rawValue: 1) }
    /// `MS_NOSUID`.
    public static var noSetUserID: MountFlags { MountFlags(rawValue: 2) }
    /// `MS_NODEV`.
    public static var noDevices: MountFlags { MountFlags(rawValue: 4) }
    /// `MS_NOEXEC`.
    public static var noExecution: MountFlags { MountFlags(rawValue: 8) }
    /// `MS_SYNCHRONOUS`.
    public static var synchronous: MountFlags { MountFlags(rawValue: 16) }
    /// `MS_REMOUNT`.
    public static var remount: MountFlags { MountFlags(rawValue: 32) }
    /// `MS_NOATIME`.
    public static var noAccessTimes: MountFlags { MountFlags(rawValue: 1024) }
    /// `MS_NODIRATIME`.
    public static var noDirectoryAccessTimes: MountFlags { MountFlags(rawValue: 2048) }
    /// `MS_BIND`.
    public static var bind: MountFlags { MountFlags(rawValue: 4096) }
    /// `MS_MOVE`.
    public static var move: MountFlags { MountFlags(rawValue: 8192) }
    /// `MS_REC`.
    public static var recursive: MountFlags { MountFlags(rawValue: 16384) }
    /// `MS_SILENT`.
    public static var silent: MountFlags { MountFlags(rawValue: 32768) }
    /// `MS_PRIVATE`.
    public static var makePrivate: MountFlags { MountFlags(rawValue: 1 << 18) }
    /// `MS_SLAVE`.
    public static var makeSlave: MountFlags { MountFlags(rawValue: 1 << 19) }
    /// `MS_SHARED`.
    public static var makeShared: MountFlags { MountFlags(rawValue: 1 << 20) }
    /// `MS_RELATIME`.
    public static var relativeAccessTimes: MountFlags { MountFlags(rawValue: 1 << 21) }
    /// `MS_STRICTATIME`.
    public static var strictAccessTimes: MountFlags { MountFlags(rawValue: 1 << 24) }
}
