// SPDX-License-Identifier: Apache-2.0
//
// The lock of what is read often and changed seldom. Phases take turns: while a writer waits no new reader comes in, and
// when it leaves, the readers that waited for it go before the next writer. So neither can starve the other.
// Source: Brandenburg, Anderson, "Spin-Based Reader-Writer Synchronization for Multiprocessor Real-Time Systems"
// (phase-fairness); here threads sleep.

internal import Scheduler
internal import Sync

/// A value that several threads may read at a time, or one change.
public struct ReadWriteLock<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    struct Turns {
        var readers = 0
        var isWriting = false
        var waitingReaders = 0
        var waitingWriters = 0
        /// Readers that waited for the writer that left last, and have not come in yet.
        var admitted = 0
    }

    private let turns = Spinlock(Turns())
    private let readers = WaitQueue()
    private let writers = WaitQueue()
    private let cell: Cell<Value>

    /// Creates the lock around its value.
    public init(_ value: consuming sending Value) { cell = Cell(value) }

    /// Runs `body` while nobody changes the value.
    ///
    /// - Context: thread; may block; not inside another section of the same lock.
    public borrowing func withReadLock<R: ~Copyable, E: Error>(
        _ body: (borrowing Value) throws(E) -> R
    ) throws(E) -> R {
        let comesAtOnce = turns.withLock { turns in
            let isFree = !turns.isWriting && turns.waitingWriters == 0
            if isFree { turns.readers += 1 } else { turns.waitingReaders += 1 }
            return isFree
        }
        if !comesAtOnce { ReadWriteLock.sleep(readers) { enterAfterWaiting() } }
        defer { leaveReading() }
        // SAFETY: there are readers, so no writer comes in.
        return try unsafe body(cell.address.pointee)
    }

    /// Runs `body` while nobody else reads or changes the value.
    ///
    /// - Context: thread; may block; not inside another section of the same lock.
    public borrowing func withWriteLock<R: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> R
    ) throws(E) -> R {
        turns.withLock { $0.waitingWriters += 1 }
        ReadWriteLock.sleep(writers) { enterWriting() }
        defer { leaveWriting() }
        // SAFETY: a writer is alone.
        return try unsafe body(&cell.address.pointee)
    }

    // MARK: Turns

    private borrowing func enterAfterWaiting() -> Bool {
        turns.withLock { turns in
            guard !turns.isWriting, turns.waitingWriters == 0 || turns.admitted > 0 else { return false }
            if turns.admitted > 0 { turns.admitted -= 1 }
            turns.waitingReaders -= 1
            turns.readers += 1
            return true
        }
    }

    private borrowing func leaveReading() {
        let isWritersTurn = turns.withLock { turns in
            turns.readers -= 1
            return turns.readers == 0 && turns.admitted == 0 && turns.waitingWriters > 0
        }
        if isWritersTurn { writers.wakeOne() }
    }

    private borrowing func enterWriting() -> Bool {
        turns.withLock { turns in
            guard !turns.isWriting, turns.readers == 0, turns.admitted == 0 else { return false }
            turns.isWriting = true
            turns.waitingWriters -= 1
            return true
        }
    }

    private borrowing func leaveWriting() {
        let isReadersTurn = turns.withLock { turns in
            turns.isWriting = false
            turns.admitted = turns.waitingReaders
            return turns.admitted > 0
        }
        if isReadersTurn { readers.wakeAll() } else { writers.wakeOne() }
    }

    /// Waits for a turn, which the thread has asked for and cannot take back: also when it shall end.
    private static func sleep(_ queue: WaitQueue, unless hasTurn: () -> Bool) {
        while true {
            do throws(WaitEnd) { return try queue.waitUninterrupted(unless: hasTurn) } catch {
                CurrentThread.scheduler.yield()
                if hasTurn() { return }
            }
        }
    }
}
