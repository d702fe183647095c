// SPDX-License-Identifier: Apache-2.0
//
// The lock of interrupt handlers and of everything they share with threads: short sections, interrupts off, no
// allocation, no last release, no waiting inside. What may sleep is guarded by Events' BlockingMutex.

internal import Machine
internal import Synchronization

/// A value that one CPU at a time may touch.
public struct Spinlock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let word = Atomic<UInt32>(0)
    private let check: SpinlockCheck
    private let cell: Cell<State>

    /// Creates the lock around its value.
    @inline(__always) public init(_ state: consuming sending State, _ order: SpinlockOrder = .leaf) {
        check = SpinlockCheck(order)
        cell = Cell(state)
    }

    /// Runs `body` with exclusive access to the value.
    ///
    /// - Context: any, also interrupts; `body` must not block, allocate, or take a lock that is above this one.
    @inline(__always)
    public borrowing func withLock<R: ~Copyable, E: Error>(
        _ body: (inout State) throws(E) -> R
    ) throws(E) -> R {
        let state = CPU.saveInterrupts()
        check.take()
        // With interrupts off, the only CPU has nobody to wait for; the word still says that the value is in use.
        if CPUs.limit > 1 {
            while word.exchange(1, ordering: .acquiring) != 0 { check.wait(for: word) }
        } else {
            word.store(1, ordering: .relaxed)
        }
        defer {
            word.store(0, ordering: .releasing)
            check.giveBack()
            CPU.restoreInterrupts(state)
        }
        // SAFETY: the word was 0 and is 1: nobody else is between the two lines above, on any CPU or in an interrupt.
        return try unsafe body(&cell.address.pointee)
    }

    /// Runs `body` with exclusive access to the value if nobody has it, without waiting: for crashes, where the one who
    /// has it may be the one who crashed.
    ///
    /// - Returns: nil, and `body` has not run, if the lock is taken.
    /// - Context: as `withLock`.
    public borrowing func withLockIfFree<R: ~Copyable, E: Error>(
        _ body: (inout State) throws(E) -> R
    ) throws(E) -> R? {
        let state = CPU.saveInterrupts()
        defer { CPU.restoreInterrupts(state) }
        guard word.exchange(1, ordering: .acquiring) == 0 else { return nil }
        check.taken()
        defer {
            word.store(0, ordering: .releasing)
            check.giveBack()
        }
        // SAFETY: as in `withLock`.
        return try unsafe body(&cell.address.pointee)
    }
}
