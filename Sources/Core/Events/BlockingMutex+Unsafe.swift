// SPDX-License-Identifier: Apache-2.0
//
// The lock of everything that may sleep: file systems, address spaces. Its sections may fault on a program's memory,
// allocate and wait. Not recursive. Threads that find it taken sleep in turn. It lies inside its owner and needs no
// memory of its own until somebody has to wait.
// Source: Drepper, "Futexes Are Tricky", mutex 2: one atomic operation to lock and one to unlock.

internal import Machine
internal import Scheduler
internal import Sync
internal import Synchronization

/// A value that one thread at a time may touch.
public struct BlockingMutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    /// 0: free; 1: held; 2: held, and somebody may be waiting.
    private let word = Atomic<UInt32>(0)
    private let waiters = LazyWaitQueue()
    private let check: MutexCheck
    private let cell: Cell<Value>

    /// Creates the lock around its value.
    @inline(__always) public init(_ value: consuming sending Value, _ order: MutexOrder = .leaf) {
        check = MutexCheck(order)
        cell = Cell(value)
    }

    /// Runs `body` with exclusive access.
    ///
    /// - Context: thread; may block.
    @inline(__always)
    public borrowing func withLock<R: ~Copyable, E: Error>(
        _ body: (inout Value) throws(E) -> R
    ) throws(E) -> R {
        check.take()
        if !word.compareExchange(expected: 0, desired: 1, ordering: .acquiring).exchanged { lockSlowly() }
        defer {
            unlock()
            check.giveBack()
        }
        // SAFETY: the word was 0 and is not: nobody else is in here.
        return try unsafe body(&cell.address.pointee)
    }

    /// Runs `body` with the value and without the lock.
    ///
    /// # Safety
    /// Nobody else can reach the lock meanwhile: the caller knows that its thread is the only one that has it.
    @unsafe @inline(__always)
    public borrowing func withoutLock<R: ~Copyable, E: Error>(_ body: (borrowing Value) throws(E) -> R) throws(E) -> R {
        // SAFETY: the caller's.
        try unsafe body(cell.address.pointee)
    }

    /// How long to wait for a holder that runs on another CPU before sleeping: sections are a few hundred instructions,
    /// and sleeping and being woken costs thousands.
    private static var patience: Int { 400 }

    private borrowing func lockSlowly() {
        // Where nothing may be switched away, as in deferred work, a wait would end the CPU's work for good. Better loud.
        precondition(CPU.preemptionDepth == 0, "a mutex is waited for where nobody may wait")
        if CPUs.count > 1 {
            for _ in 0..<BlockingMutex.patience {
                CPU.relax()
                if word.load(ordering: .relaxed) == 0,
                    word.compareExchange(expected: 0, desired: 1, ordering: .acquiring).exchanged
                {
                    return
                }
            }
        }
        // A wait that only its condition ends: the holder may be asleep with the lock, but it will come back. Whoever
        // takes the lock here leaves the word at 2, because others may be queued behind it.
        while true {
            do throws(WaitEnd) {
                try waiters.queue.waitUninterrupted { word.exchange(2, ordering: .acquiring) == 0 }
                return
            } catch {
                CurrentThread.scheduler.yield()
                if word.exchange(2, ordering: .acquiring) == 0 { return }
            }
        }
    }

    @inline(__always) private borrowing func unlock() {
        if word.exchange(0, ordering: .releasing) == 2 { waiters.existing?.wakeOne() }
    }
}
