// SPDX-License-Identifier: Apache-2.0
//
// A segment of shared memory: the pages of a file without a name, and who has it mapped. Each shmat(2) makes an
// attachment, which lives as long as a mapping of it does; parts of one that are unmapped do not count, where Linux counts
// the ranges that are left.

public import AddressSpace
internal import Containers
internal import Events
public import PageCache
internal import Sync
internal import Synchronization

/// A segment of shared memory.
public final class SharedSegment: IPCObject, @unchecked Sendable {
    /// What shmctl(2) tells of its use.
    public struct Use: Sendable {
        /// Seconds since 1970 of the last shmat(2) and shmdt(2); 0 for never.
        public var attached: Int64 = 0
        /// See `attached`.
        public var detached: Int64 = 0
        /// Who used it last.
        public var lastProcess: Int32 = 0
        /// How many attachments there are.
        public var count: UInt64 = 0
        /// Whether it goes with its last attachment (`SHM_DEST`).
        public var isDoomed = false
        /// Whether somebody asked for it to stay in memory (`SHM_LOCKED`).
        public var isLocked = false
    }

    /// The size that was asked for.
    public let byteCount: UInt64
    /// Who made it.
    public let creator: Int32
    /// Its pages.
    public let pages: PageCache
    private let useState = Spinlock(Use())

    init(_ permissions: IPCPermissions, byteCount: UInt64, creator: Int32) {
        self.byteCount = byteCount
        self.creator = creator
        pages = PageCache()
        pages.resize(to: (byteCount + 4095) & ~4095)
        super.init(permissions)
    }

    /// Its size in pages.
    var pageCount: UInt64 { (byteCount + 4095) / 4096 }

    /// Who uses it.
    public var use: Use { useState.withLock { $0 } }

    func attach(_ processID: Int32) {
        let now = IPCObject.now
        useState.withLock { use in
            use.attached = now
            use.lastProcess = processID
            use.count += 1
        }
    }

    /// - Returns: whether the segment is to go now.
    func detach(_ processID: Int32) -> Bool {
        let now = IPCObject.now
        return useState.withLock { use in
            use.detached = now
            use.lastProcess = processID
            use.count -= 1
            return use.isDoomed && use.count == 0
        }
    }

    /// - Returns: whether the segment is to go now.
    func doom() -> Bool {
        useState.withLock { use in
            use.isDoomed = true
            return use.count == 0
        }
    }

    func setLocked(_ isLocked: Bool) { useState.withLock { $0.isLocked = isLocked } }
}

/// A mapping of a segment, kept by the regions of its address space.
public final class SharedAttachment: MappedFile {
    /// What is mapped.
    public let segment: SharedSegment
    private let memory: SharedMemory
    private let processID: Int32

    init(_ segment: SharedSegment, _ memory: SharedMemory, _ processID: Int32) {
        self.segment = segment
        self.memory = memory
        self.processID = processID
        segment.attach(processID)
    }

    deinit { if segment.detach(processID) { memory.drop(segment) } }

    /// `/SYSV00000000 (deleted)`, with the key in hexadecimal, as Linux names the file behind a segment.
    public var mappedPath: [UInt8] {
        var text: [UInt8] = []
        let prefix: StaticString = "/SYSV", suffix: StaticString = " (deleted)"
        for index in 0..<prefix.utf8CodeUnitCount { text.append(prefix.utf8Bytes[index]) }
        var shift = 28
        while shift >= 0 {
            let digit = UInt8(UInt32(bitPattern: segment.permissions.key) >> UInt32(shift) & 15)
            text.append(digit < 10 ? 48 + digit : 87 + digit)
            shift -= 4
        }
        for index in 0..<suffix.utf8CodeUnitCount { text.append(suffix.utf8Bytes[index]) }
        return text
    }

    /// The segment's number on device 0:1.
    public var mappedIdentity: (inode: UInt64, device: UInt64) { (UInt64(UInt32(bitPattern: segment.id)), 1) }
}
