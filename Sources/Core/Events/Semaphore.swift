// SPDX-License-Identifier: Apache-2.0
//
// A number of permits, which threads take and give back: how many may do something at once, or how much of something
// there is. Who gives a permit need not be the one who took it.
// Source: Dijkstra, "Cooperating Sequential Processes", EWD 123.

internal import Synchronization
public import Time

/// A counting semaphore.
public struct Semaphore: ~Copyable, Sendable {
    private let permits: Atomic<Int>
    private let waiters = WaitQueue()

    /// Creates a semaphore with some permits.
    public init(_ permits: Int) { self.permits = Atomic(permits) }

    /// Takes a permit; waits until there is one. Of those who wait, the one that came first is woken; a thread that
    /// comes by at that moment may still be quicker.
    ///
    /// - Parameter deadline: monotonic; nil waits for ever.
    /// - Throws: `WaitEnd`; no permit was taken.
    /// - Context: thread; blocks; no spinlock held.
    public func wait(until deadline: Instant? = nil) throws(WaitEnd) {
        try waiters.wait(until: deadline) { take() }
    }

    /// Takes a permit if there is one now.
    ///
    /// - Context: any.
    public func take() -> Bool {
        var count = permits.load(ordering: .relaxed)
        while count > 0 {
            let (exchanged, original) = permits.compareExchange(
                expected: count, desired: count - 1, ordering: .acquiring)
            if exchanged { return true }
            count = original
        }
        return false
    }

    /// Gives a permit.
    ///
    /// - Context: any but a hard interrupt.
    public func signal() {
        permits.wrappingAdd(1, ordering: .releasing)
        waiters.wakeOne()
    }
}
