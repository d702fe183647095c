// SPDX-License-Identifier: Apache-2.0
//
// The segments of shared memory of a system: shmget(2), shmctl(2), and the attachments of shmat(2). Where a segment is
// mapped is the address space's business.

internal import Events
internal import FileSystem
public import LinuxABI
internal import Memory

/// All segments of shared memory.
///
/// Lock order: `state` comes below an address space's lock, for a mapping that goes may take the segment along. Nothing is
/// locked and no memory of a program touched under it.
public final class SharedMemory: Sendable {
    struct State: ~Copyable {
        var table = IPCTable<SharedSegment>()
        /// Pages of all segments.
        var pages: UInt64 = 0
    }
    private let state = BlockingMutex(State(), .objectTable)

    /// The largest segment in bytes (`SHMMAX`): no limit but memory, as since Linux 3.16.
    public static var byteLimit: UInt64 { .max - 1 << 24 }
    /// Pages of all segments (`SHMALL`).
    public static var pageLimit: UInt64 { .max - 1 << 24 }
    /// Segments (`SHMMNI`).
    public static var countLimit: Int { 4096 }

    init() {}

    /// shmget(2).
    ///
    /// - Throws: `.invalidArgument` for a size that is none or larger than what is there, `.noMemory`, and what
    ///   `IPCTable.get` does.
    public func get(key: Int32, byteCount: UInt64, _ flags: IPCFlags, _ caller: IPCCaller) throws(Errno) -> Int32 {
        try state.withLock { (state) throws(Errno) -> Int32 in
            let before = state.table.count
            let segment = try state.table.get(key: key, flags, caller, limit: Self.countLimit) {
                (segment) throws(Errno) in
                if segment.byteCount < byteCount { throw .invalidArgument }
            } make: { (permissions) throws(Errno) in
                guard byteCount >= 1, byteCount <= Self.byteLimit else { throw .invalidArgument }
                // Obvious overcommits, as for mmap(2).
                guard byteCount <= Frames.totalBytes else { throw .noMemory }
                return SharedSegment(permissions, byteCount: byteCount, creator: caller.processID)
            }
            if state.table.count > before { state.pages += segment.pageCount }
            return segment.id
        }
    }

    /// The segment of a number.
    ///
    /// - Throws: `.invalidArgument`.
    public func segment(_ id: Int32) throws(Errno) -> SharedSegment {
        try state.withLock { (state) throws(Errno) in try state.table.object(id) }
    }

    /// The segment in a slot (`SHM_STAT`, /proc/sysvipc/shm).
    public func segment(inSlot slot: Int) -> SharedSegment? { state.withLock { $0.table.object(inSlot: slot) } }

    /// The greatest slot in use, how many segments there are, and their pages.
    public var figures: (highestSlot: Int, count: Int, pages: UInt64) {
        state.withLock { ($0.table.highestSlot, $0.table.count, $0.pages) }
    }

    /// An attachment for a mapping that is about to be made.
    ///
    /// - Parameter wanted: 0o444 to read, with 0o222 to write and 0o111 to execute.
    /// - Throws: `.invalidArgument`, `.permissionDenied`, `.identifierRemoved`.
    public func attach(_ id: Int32, _ wanted: UInt16, _ caller: IPCCaller) throws(Errno) -> SharedAttachment {
        // Under the lock, so that the segment is not given up between the look and the count.
        try state.withLock { (state) throws(Errno) in
            let segment = try state.table.object(id)
            try segment.check(wanted, caller)
            return SharedAttachment(segment, self, caller.processID)
        }
    }

    /// Removes a segment, at once or with its last attachment (`IPC_RMID`).
    ///
    /// - Throws: `.invalidArgument`, `.notPermitted`.
    public func remove(_ id: Int32, _ caller: IPCCaller) throws(Errno) {
        let segment = try segment(id)
        try segment.checkOwner(caller)
        let isUnused = state.withLock { state in
            state.table.forgetKey(of: segment)
            return segment.doom()
        }
        if isUnused { drop(segment) }
    }

    /// Notes whether a segment's pages must stay in memory, where they stay anyway (`SHM_LOCK`, `SHM_UNLOCK`).
    ///
    /// - Throws: `.invalidArgument`, `.notPermitted`.
    public func setLocked(_ isLocked: Bool, _ id: Int32, _ caller: IPCCaller) throws(Errno) {
        let segment = try segment(id)
        if !caller.credentials.has(.lockIPC) { try segment.checkOwner(caller) }
        segment.setLocked(isLocked)
    }

    /// Takes a segment out that nobody has mapped any more.
    func drop(_ segment: SharedSegment) {
        state.withLock { state in
            guard state.table.object(inSlot: Int(segment.id & 0x7fff)) === segment else { return }
            state.table.remove(segment)
            state.pages -= segment.pageCount
        }
    }
}
