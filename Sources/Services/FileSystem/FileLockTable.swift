// SPDX-License-Identifier: Apache-2.0
//
// What the locks of all files tell together: which files have any (/proc/locks), and who waits for whom, so that a wait
// that would never end is refused. Only processes' waits can be followed: an open file waits on behalf of whoever uses
// it, so Linux does not look for deadlocks of open files either (fcntl(2), "Open file description locks").

internal import Containers
internal import Events
public import LinuxABI

/// Somebody who waits for a lock.
struct FileLockWait: Sendable {
    /// What is wanted.
    let lock: RecordLock
    let family: FileLockFamily
    /// What is in the way.
    let blocker: RecordLock
    /// Of which file.
    let locks: FileLocks

    init(_ lock: RecordLock, _ family: FileLockFamily, for blocker: RecordLock, in locks: FileLocks) {
        self.lock = lock
        self.family = family
        self.blocker = blocker
        self.locks = locks
    }
}

/// The files with locks, and the waits.
///
/// Lock order: a leaf, below `FileLocks`.
public final class FileLockTable: Sendable {
    private struct State: ~Copyable {
        var files = UniqueArray<FileLocks>()
        var waits = UniqueArray<(number: UInt64, wait: FileLockWait)>()
        var lastNumber: UInt64 = 0
    }

    private let state = BlockingMutex(State())

    /// Creates an empty table.
    public init() {}

    // MARK: Files

    func add(_ locks: FileLocks) throws(OutOfMemory) {
        try state.withLock { (state) throws(OutOfMemory) in try state.files.append(locks) }
    }

    /// Takes a file out that has no locks any more; the caller holds a reference to it.
    func remove(_ locks: FileLocks) {
        state.withLock { state in
            for index in 0..<state.files.count where state.files[index] === locks {
                state.files.remove(at: index)
                return
            }
        }
    }

    // MARK: Waits

    /// Notes a wait.
    ///
    /// - Returns: its number, for `leave`.
    /// - Throws: `.deadlock`, `.noLocks`.
    func enter(_ wait: FileLockWait) throws(Errno) -> UInt64 {
        try state.withLock { (state) throws(Errno) in
            if wait.family == .record, Self.isDeadlock(state, wait) { throw .deadlock }
            state.lastNumber += 1
            do throws(OutOfMemory) { try state.waits.append((state.lastNumber, wait)) } catch { throw .noLocks }
            return state.lastNumber
        }
    }

    /// Forgets a wait.
    func leave(_ number: UInt64) {
        let left = state.withLock { state -> FileLockWait? in
            for index in 0..<state.waits.count where state.waits[index].number == number {
                return state.waits.remove(at: index).wait
            }
            return nil
        }
        _ = left
    }

    /// Whether the one in the way waits, over others, for the one who is about to wait.
    private static func isDeadlock(_ state: borrowing State, _ wait: FileLockWait) -> Bool {
        guard wait.lock.owner.kind == .process else { return false }
        var holder = wait.blocker.owner
        // A circle that the asker is not in has no end of its own.
        for _ in 0...state.waits.count {
            if holder == wait.lock.owner { return true }
            guard holder.kind == .process, let next = holderAwaited(state, by: holder) else { return false }
            holder = next
        }
        return false
    }

    private static func holderAwaited(_ state: borrowing State, by owner: FileLockOwner) -> FileLockOwner? {
        for index in 0..<state.waits.count {
            let wait = state.waits[index].wait
            if wait.family == .record, wait.lock.owner == owner { return wait.blocker.owner }
        }
        return nil
    }

    // MARK: /proc/locks

    /// Calls `body` with each lock and, behind each, with those who wait for it.
    public func forEach(_ body: (FileLockDescription) -> Void) {
        var fileIndex = 0
        while let locks = state.withLock({ $0.files.count > fileIndex ? $0.files[fileIndex] : nil }) {
            var index = 0
            while let (lock, family) = locks.lock(at: index) {
                body(locks.describe(lock, family, .held))
                forEachWait(for: lock, family, in: locks) { body(locks.describe($0, family, .awaited)) }
                index += 1
            }
            fileIndex += 1
        }
    }

    private func forEachWait(
        for lock: RecordLock, _ family: FileLockFamily, in locks: FileLocks, _ body: (RecordLock) -> Void
    ) {
        var index = 0
        while let wait = state.withLock({ $0.waits.count > index ? $0.waits[index].wait : nil }) {
            if wait.locks === locks, wait.family == family, wait.blocker.isSame(as: lock) { body(wait.lock) }
            index += 1
        }
    }
}
