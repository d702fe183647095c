// SPDX-License-Identifier: Apache-2.0
//
// The locks of one file: record locks of processes and of open files, and flock(2)'s. An inode has this object from its
// first lock on. Who has to wait does so here, and looks again after every release; what all waits of the system tell
// together, a deadlock, is FileLockTable's.
//
// Source: fcntl(2), flock(2), proc_locks(5).

internal import Containers
internal import Events
public import LinuxABI
internal import Sync
internal import Synchronization

/// What to do about a lock that is in the way.
public enum FileLockPatience: Sendable {
    /// `.resourceTemporarilyUnavailable`.
    case none
    /// Wait for it.
    case wait
}

/// The locks of one file.
///
/// Lock order: `state` before the table's.
public final class FileLocks: Sendable {
    private struct State: ~Copyable {
        var records = RecordLockList()
        var wholes = UniqueArray<RecordLock>()

        var isEmpty: Bool { records.isEmpty && wholes.isEmpty }

        func conflict(with wanted: RecordLock, _ family: FileLockFamily) -> RecordLock? {
            if family == .record { return records.conflict(with: wanted) }
            for index in 0..<wholes.count where wholes[index].conflicts(with: wanted) { return wholes[index] }
            return nil
        }
    }

    private let table: FileLockTable
    private let device: DeviceNumber
    private let inode: UInt64
    private let state = BlockingMutex(State(), .fileLocks)
    /// How often locks were given back or changed: who waits compares.
    private let changes = Atomic<UInt64>(0)
    private let changed = WaitQueue()

    init(_ table: FileLockTable, device: DeviceNumber, inode: UInt64) {
        self.table = table
        self.device = device
        self.inode = inode
    }

    // MARK: Record locks

    /// Gives an owner a record lock, in place of what it has in the range.
    ///
    /// - Throws: `.resourceTemporarilyUnavailable` if another's is in the way and there is no patience; `.deadlock` if
    ///   waiting for it would never end; `.interrupted`; `.noLocks` without memory.
    /// - Context: thread; may block.
    public func setRecord(_ lock: RecordLock, _ patience: FileLockPatience) throws(Errno) {
        try take(lock, .record, patience) { (state) throws(OutOfMemory) in try state.records.set(lock) }
    }

    /// Takes a range out of an owner's record locks.
    ///
    /// - Throws: `.noLocks` if a lock had to be split and there is no memory.
    public func clearRecord(_ range: ClosedRange<Int64>, of owner: FileLockOwner) throws(Errno) {
        defer { changed.wakeAll() }
        try state.withLock { (state) throws(Errno) in
            if state.isEmpty { return }
            do throws(OutOfMemory) { try state.records.clear(range, of: owner) } catch { throw .noLocks }
            noteChange(state.isEmpty)
        }
    }

    /// The first record lock that keeps a wanted one from being taken.
    public func record(inTheWayOf wanted: RecordLock) -> RecordLock? {
        state.withLock { $0.records.conflict(with: wanted) }
    }

    /// The first record lock of an owner that has a byte of a range.
    public func record(of owner: FileLockOwner, in range: ClosedRange<Int64>) -> RecordLock? {
        state.withLock { $0.records.lock(of: owner, in: range) }
    }

    // MARK: Locks of the whole file

    /// Gives an open file a lock of flock(2). One that it has in another mode is given back first, also if the new one
    /// cannot be had then.
    ///
    /// - Throws: as `setRecord`; there is no `.deadlock`.
    public func setWhole(_ lock: RecordLock, _ patience: FileLockPatience) throws(Errno) {
        let isHeld = state.withLock { state in
            for index in 0..<state.wholes.count where state.wholes[index].owner == lock.owner {
                if state.wholes[index].mode == lock.mode { return true }
                state.wholes.remove(at: index)
                noteChange(state.isEmpty)
                return false
            }
            return false
        }
        if isHeld { return }
        changed.wakeAll()
        try take(lock, .flock, patience) { (state) throws(OutOfMemory) in
            // Another thread with the same open file may have been quicker: an owner has one lock.
            for index in 0..<state.wholes.count where state.wholes[index].owner == lock.owner {
                state.wholes[index] = lock
                return
            }
            try state.wholes.append(lock)
        }
    }

    /// Takes back a lock of flock(2), if there is one.
    public func clearWhole(of owner: FileLockOwner) {
        state.withLock { state in
            if removeWhole(&state, owner) { noteChange(state.isEmpty) }
        }
        changed.wakeAll()
    }

    private func removeWhole(_ state: inout State, _ owner: FileLockOwner) -> Bool {
        for index in 0..<state.wholes.count where state.wholes[index].owner == owner {
            state.wholes.remove(at: index)
            return true
        }
        return false
    }

    /// Takes everything back that an owner has: a descriptor of the process was closed, or the open file is going.
    func clearAll(of owner: FileLockOwner) {
        state.withLock { state in
            let hadRecords = state.records.clearAll(of: owner)
            if removeWhole(&state, owner) || hadRecords { noteChange(state.isEmpty) }
        }
        changed.wakeAll()
    }

    // MARK: Taking and waiting

    private func take(
        _ lock: RecordLock, _ family: FileLockFamily, _ patience: FileLockPatience,
        _ apply: (inout State) throws(OutOfMemory) -> Void
    ) throws(Errno) {
        while true {
            // What the wait is known by, and what had changed when it was found necessary; nil when the lock is taken.
            let wait = try state.withLock { (state) throws(Errno) -> (number: UInt64, seen: UInt64)? in
                if let blocker = state.conflict(with: lock, family) {
                    if patience == .none { throw .resourceTemporarilyUnavailable }
                    let number = try table.enter(FileLockWait(lock, family, for: blocker, in: self))
                    return (number, changes.load(ordering: .relaxed))
                }
                do throws(OutOfMemory) {
                    if state.isEmpty { try table.add(self) }
                    try apply(&state)
                } catch {
                    noteChange(state.isEmpty)
                    throw .noLocks
                }
                noteChange(false)
                return nil
            }
            guard let wait else { break }
            defer { table.leave(wait.number) }
            do throws(WaitEnd) {
                try changed.wait { self.changes.load(ordering: .relaxed) != wait.seen }
            } catch { throw .interrupted }
        }
        // A lock that was exclusive may be shared now.
        changed.wakeAll()
    }

    /// Notes a change, under the lock; the last lock takes the file out of the table.
    private func noteChange(_ isEmpty: Bool) {
        changes.wrappingAdd(1, ordering: .relaxed)
        if isEmpty { table.remove(self) }
    }

    // MARK: /proc/locks

    /// The lock at an index, in the order of /proc/locks.
    func lock(at index: Int) -> (RecordLock, FileLockFamily)? {
        state.withLock { state in
            if index < state.records.count { return (state.records[index], .record) }
            let index = index - state.records.count
            return index < state.wholes.count ? (state.wholes[index], .flock) : nil
        }
    }

    func describe(_ lock: RecordLock, _ family: FileLockFamily, _ standing: FileLockDescription.Standing)
        -> FileLockDescription
    {
        let isOpenFilesRecord = family == .record && lock.owner.kind == .openFile
        return FileLockDescription(
            family: family, ownerKind: lock.owner.kind, range: lock.first...lock.last, mode: lock.mode,
            processID: isOpenFilesRecord ? -1 : lock.owner.processID, device: device, inode: inode, standing: standing)
    }
}

extension Inode {
    /// The file's locks.
    public func locks(_ table: FileLockTable) -> FileLocks {
        lockSlot.value { FileLocks(table, device: volume.device, inode: number) }
    }
}
