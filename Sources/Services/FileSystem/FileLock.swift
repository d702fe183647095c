// SPDX-License-Identifier: Apache-2.0
//
// A lock on a file, or on a range of its bytes: who has it and what it keeps others from. Which locks a file has is
// FileLocks' business, which of them are adjacent or overlap RecordLockList's.
// Source: fcntl(2), "Advisory record locking" and "Open file description locks"; flock(2).

public import LinuxABI

/// Who holds a lock.
public struct FileLockOwner: Equatable, Sendable {
    /// What a lock belongs to.
    public enum Kind: Sendable {
        /// The processes that share a descriptor table; usually one (`F_SETLK`).
        case process
        /// An open file, whoever has descriptors for it (`F_OFD_SETLK`, flock(2)).
        case openFile
    }

    /// What the lock belongs to.
    public let kind: Kind
    /// The process that took it, for `F_GETLK` and /proc/locks; an open file's owner shows none.
    public let processID: Int32
    private let identity: ObjectIdentifier

    /// The owner of a process's locks. Linux, too, identifies it by the descriptor table (`current->files`).
    public init(_ table: FileDescriptorTable, processID: Int32) {
        kind = .process
        identity = ObjectIdentifier(table)
        self.processID = processID
    }

    /// The owner of an open file's locks.
    public init(_ file: OpenFile, processID: Int32) {
        kind = .openFile
        identity = ObjectIdentifier(file)
        self.processID = processID
    }

    /// Whether two owners are the same; which process spoke for an open file does not matter.
    public static func == (left: FileLockOwner, right: FileLockOwner) -> Bool {
        left.kind == right.kind && left.identity == right.identity
    }
}

/// What a lock keeps others from.
public enum FileLockMode: UInt16, Sendable {
    /// `F_RDLCK`, `LOCK_SH`: others may read.
    case shared = 0
    /// `F_WRLCK`, `LOCK_EX`: others may do nothing.
    case exclusive = 1
}

/// A lock on a range of bytes.
public struct RecordLock: Sendable {
    /// The first byte.
    public var first: Int64
    /// The last byte; the greatest offset means "up to the end, wherever it may be".
    public var last: Int64
    /// What it keeps others from.
    public var mode: FileLockMode
    /// Who has it.
    public var owner: FileLockOwner

    /// Creates a lock.
    ///
    /// - Precondition: `first` is neither negative nor behind `last`.
    public init(_ range: ClosedRange<Int64>, _ mode: FileLockMode, _ owner: FileLockOwner) {
        first = range.lowerBound
        last = range.upperBound
        self.mode = mode
        self.owner = owner
    }

    /// Creates a lock on a whole file.
    public init(_ mode: FileLockMode, _ owner: FileLockOwner) { self.init(0...Int64.max, mode, owner) }

    /// Whether the two have a byte in common.
    func overlaps(_ range: ClosedRange<Int64>) -> Bool { first <= range.upperBound && last >= range.lowerBound }

    /// Whether another lock cannot be held together with this one.
    func conflicts(with other: RecordLock) -> Bool {
        owner != other.owner && (mode == .exclusive || other.mode == .exclusive) && overlaps(other.first...other.last)
    }

    /// Whether two are one lock of one owner.
    func isSame(as other: RecordLock) -> Bool {
        owner == other.owner && first == other.first && last == other.last
    }
}

/// The two families of locks, which do not see each other.
public enum FileLockFamily: Sendable {
    /// Record locks, fcntl(2).
    case record
    /// Locks of whole files, flock(2).
    case flock
}

/// A lock as /proc/locks shows it.
public struct FileLockDescription: Sendable {
    /// Which call made it.
    public let family: FileLockFamily
    /// What it belongs to.
    public let ownerKind: FileLockOwner.Kind
    /// The range, all of the file for flock(2).
    public let range: ClosedRange<Int64>
    /// What it keeps others from.
    public let mode: FileLockMode
    /// Who took it; -1 for an open file's record lock.
    public let processID: Int32
    /// The file's device.
    public let device: DeviceNumber
    /// The file's inode number.
    public let inode: UInt64
    /// Whether somebody has it.
    public let standing: Standing

    /// Whether somebody has a lock, or waits for it.
    public enum Standing: Sendable {
        /// Somebody has it.
        case held
        /// Somebody waits for it.
        case awaited
    }
}
