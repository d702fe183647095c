// SPDX-License-Identifier: Apache-2.0
//
// The structures of System V's objects as programs on x86-64 see them: ipc_perm at the start of shmid_ds, semid_ds and
// msqid_ds, and the limits that IPC_INFO gives. Source: shmctl(2), semctl(2), msgctl(2); the kernel's uapi headers
// ipcbuf.h, shmbuf.h, sembuf.h, msgbuf.h.

/// Owner, creator, key and mode: `struct ipc64_perm`.
///
/// - Layout: s32 key, u32 user, group, creator, creator's group, mode, u16 sequence, padding; 48 bytes.
public struct IPCOwnerLayout: Hashable, Sendable {
    /// The key.
    public var key: Int32
    /// The owner.
    public var userID: UInt32
    /// The owner's group.
    public var groupID: UInt32
    /// Who made it.
    public var creatorUserID: UInt32
    /// The group of who made it.
    public var creatorGroupID: UInt32
    /// Permission bits, and what a kind adds to them.
    public var mode: UInt32
    /// The upper half of the object's number.
    public var sequence: UInt16

    /// Collects the fields.
    public init(
        key: Int32, userID: UInt32, groupID: UInt32, creatorUserID: UInt32, creatorGroupID: UInt32, mode: UInt32,
        sequence: UInt16
    ) {
        self.key = key
        self.userID = userID
        self.groupID = groupID
        self.creatorUserID = creatorUserID
        self.creatorGroupID = creatorGroupID
        self.mode = mode
        self.sequence = sequence
    }

    /// Stores the fields at the start of a structure.
    public func store<let words: Int>(in buffer: inout LayoutBuffer<words>) {
        buffer.store32(UInt32(bitPattern: key), at: 0)
        buffer.store32(userID, at: 4)
        buffer.store32(groupID, at: 8)
        buffer.store32(creatorUserID, at: 12)
        buffer.store32(creatorGroupID, at: 16)
        buffer.store32(mode, at: 20)
        buffer.store16(sequence, at: 24)
    }
}

/// The commands of shmctl(2), semctl(2) and msgctl(2).
public struct IPCCommand: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// `IPC_RMID`.
    public static var remove: IPCCommand { IPCCommand(rawValue: 0) }
    /// `IPC_SET`.
    public static var set: IPCCommand { IPCCommand(rawValue: 1) }
    /// `IPC_STAT`.
    public static var status: IPCCommand { IPCCommand(rawValue: 2) }
    /// `IPC_INFO`.
    public static var limits: IPCCommand { IPCCommand(rawValue: 3) }
    /// `SHM_LOCK`.
    public static var lockMemory: IPCCommand { IPCCommand(rawValue: 11) }
    /// `SHM_UNLOCK`.
    public static var unlockMemory: IPCCommand { IPCCommand(rawValue: 12) }
    /// `SHM_STAT`.
    public static var memoryStatus: IPCCommand { IPCCommand(rawValue: 13) }
    /// `SHM_INFO`.
    public static var memoryUse: IPCCommand { IPCCommand(rawValue: 14) }
    /// `SHM_STAT_ANY`.
    public static var anyMemoryStatus: IPCCommand { IPCCommand(rawValue: 15) }
    /// `MSG_STAT`.
    public static var channelStatus: IPCCommand { IPCCommand(rawValue: 11) }
    /// `MSG_INFO`.
    public static var channelUse: IPCCommand { IPCCommand(rawValue: 12) }
    /// `MSG_STAT_ANY`.
    public static var anyChannelStatus: IPCCommand { IPCCommand(rawValue: 13) }
    /// `GETPID`.
    public static var getProcess: IPCCommand { IPCCommand(rawValue: 11) }
    /// `GETVAL`.
    public static var getValue: IPCCommand { IPCCommand(rawValue: 12) }
    /// `GETALL`.
    public static var getValues: IPCCommand { IPCCommand(rawValue: 13) }
    /// `GETNCNT`.
    public static var countForIncrease: IPCCommand { IPCCommand(rawValue: 14) }
    /// `GETZCNT`.
    public static var countForZero: IPCCommand { IPCCommand(rawValue: 15) }
    /// `SETVAL`.
    public static var setValue: IPCCommand { IPCCommand(rawValue: 16) }
    /// `SETALL`.
    public static var setValues: IPCCommand { IPCCommand(rawValue: 17) }
    /// `SEM_STAT`.
    public static var setStatus: IPCCommand { IPCCommand(rawValue: 18) }
    /// `SEM_INFO`.
    public static var setUse: IPCCommand { IPCCommand(rawValue: 19) }
    /// `SEM_STAT_ANY`.
    public static var anySetStatus: IPCCommand { IPCCommand(rawValue: 20) }
}

/// The flags of shmget(2) and shmat(2) beyond the mode.
public struct SharedMemoryFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// shmget: `SHM_HUGETLB`.
    public static var hugePages: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o4000) }
    /// shmat: `SHM_RDONLY`.
    public static var readOnly: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o10000) }
    /// shmat: `SHM_RND`.
    public static var round: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o20000) }
    /// shmat: `SHM_REMAP`.
    public static var replace: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o40000) }
    /// shmat: `SHM_EXEC`.
    public static var execute: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o100000) }
    /// In the mode that shmctl shows: `SHM_DEST`.
    public static var doomed: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o1000) }
    /// In the mode that shmctl shows: `SHM_LOCKED`.
    public static var locked: SharedMemoryFlags { SharedMemoryFlags(rawValue: 0o2000) }
}
