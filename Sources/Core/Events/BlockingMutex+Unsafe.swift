// SPDX-License-Identifier: Apache-2.0
//
// The lock of everything that may sleep: file systems, address spaces. Its sections may fault on a program's memory,
// allocate and wait. Not recursive. Threads that find it taken sleep in turn.

internal import Scheduler
internal import Sync
internal import Synchronization

/// A value that one thread at a time may touch.
public final class BlockingMutex<Value: ~Copyable>: @unchecked Sendable {
    private let isLocked = Atomic<Bool>(false)
    private let waiterCount = Atomic<UInt32>(0)
    private let queue = WaitQueue()
    nonisolated(unsafe) private var value: Value

    /// Creates the lock around its value.
    public init(_ value: consuming sending Value) { unsafe self.value = value }

    /// Runs `body` with exclusive access.
    ///
    /// - Context: thread; may block.
    @inline(__always)
    public func withLock<R: ~Copyable, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        if isLocked.exchange(true, ordering: .acquiring) { lockSlowly() }
        defer { unlock() }
        // SAFETY: isLocked was false and is true: nobody else is in here.
        return try unsafe body(&value)
    }

    private func lockSlowly() {
        waiterCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
        // A wait that only its condition ends: the holder may be asleep with the lock, but it will come back.
        while true {
            do throws(WaitEnd) {
                try queue.waitUninterrupted { !isLocked.exchange(true, ordering: .acquiring) }
                break
            } catch {
                CurrentThread.scheduler.yield()
                if !isLocked.exchange(true, ordering: .acquiring) { break }
            }
        }
        waiterCount.wrappingSubtract(1, ordering: .relaxed)
    }

    @inline(__always) private func unlock() {
        isLocked.store(false, ordering: .releasing)
        if waiterCount.load(ordering: .sequentiallyConsistent) != 0 { queue.wakeOne() }
    }
}
