// SPDX-License-Identifier: Apache-2.0
//
// The sets of semaphores of a system: semget(2), and the parts of semctl(2) that are about whole sets.

internal import Containers
internal import Events
public import LinuxABI

/// All sets of semaphores.
///
/// Lock order: `state`, then a set's lock.
public final class SemaphoreSets: Sendable {
    struct State: ~Copyable {
        var table = IPCTable<SemaphoreSet>()
        /// Semaphores of all sets.
        var total = 0
    }
    private let state = BlockingMutex(State(), .objectTable)

    /// Semaphores of a set (`SEMMSL`).
    public static var sizeLimit: Int { 32000 }
    /// Semaphores of all sets (`SEMMNS`).
    public static var totalLimit: Int { 1_024_000_000 }
    /// Operations of a call (`SEMOPM`).
    public static var operationLimit: Int { 500 }
    /// Sets (`SEMMNI`).
    public static var countLimit: Int { 32000 }

    init() {}

    /// semget(2).
    ///
    /// - Throws: `.invalidArgument` for a size that is none or larger than what is there, `.noMemory`, and what
    ///   `IPCTable.get` does.
    public func get(key: Int32, count: Int, _ flags: IPCFlags, _ caller: IPCCaller) throws(Errno) -> Int32 {
        guard count >= 0, count <= Self.sizeLimit else { throw .invalidArgument }
        return try state.withLock { (state) throws(Errno) -> Int32 in
            let before = state.table.count
            let total = state.total
            let set = try state.table.get(key: key, flags, caller, limit: Self.countLimit) { (set) throws(Errno) in
                if set.count < count { throw .invalidArgument }
            } make: { (permissions) throws(Errno) in
                guard count > 0 else { throw .invalidArgument }
                guard total + count <= Self.totalLimit else { throw .noSpace }
                do throws(OutOfMemory) { return try SemaphoreSet(permissions, count: count) } catch { throw .noMemory }
            }
            if state.table.count > before { state.total += set.count }
            return set.id
        }
    }

    /// The set of a number.
    ///
    /// - Throws: `.invalidArgument`.
    public func set(_ id: Int32) throws(Errno) -> SemaphoreSet {
        try state.withLock { (state) throws(Errno) in try state.table.object(id) }
    }

    /// The set in a slot (`SEM_STAT`, /proc/sysvipc/sem).
    public func set(inSlot slot: Int) -> SemaphoreSet? { state.withLock { $0.table.object(inSlot: slot) } }

    /// The greatest slot in use, how many sets there are, and their semaphores.
    public var figures: (highestSlot: Int, count: Int, total: Int) {
        state.withLock { ($0.table.highestSlot, $0.table.count, $0.total) }
    }

    /// Removes a set (`IPC_RMID`).
    ///
    /// - Throws: `.invalidArgument`, `.notPermitted`.
    public func remove(_ id: Int32, _ caller: IPCCaller) throws(Errno) {
        let set = try set(id)
        try set.checkOwner(caller)
        state.withLock { state in
            guard state.table.object(inSlot: Int(set.id & 0x7fff)) === set else { return }
            state.table.remove(set)
            state.total -= set.count
        }
        set.end()
    }

    /// A process has ended: what it did with SEM_UNDO is taken back.
    public func processEnded(_ id: Int32) {
        var slot = 0
        while slot <= figures.highestSlot {
            set(inSlot: slot)?.undo(id)
            slot += 1
        }
    }
}
