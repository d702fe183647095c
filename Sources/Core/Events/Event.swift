// SPDX-License-Identifier: Apache-2.0
//
// Something that has happened or not: everybody who waits goes on once it has, and who comes later does not wait at all.

internal import Synchronization
public import Time

/// A fact that threads wait for.
public struct Event: ~Copyable, Sendable {
    private let hasHappened = Atomic<Bool>(false)
    private let waiters = WaitQueue()

    /// Creates an event that has not happened.
    public init() {}

    /// Whether it has happened.
    public var isSet: Bool { hasHappened.load(ordering: .acquiring) }

    /// Says that it has happened, and wakes all who wait.
    ///
    /// - Context: any but a hard interrupt.
    public func set() {
        hasHappened.store(true, ordering: .releasing)
        waiters.wakeAll()
    }

    /// Says that it has not happened yet; those who were woken go on nevertheless if they saw that it had.
    public func reset() { hasHappened.store(false, ordering: .relaxed) }

    /// Waits until it has happened.
    ///
    /// - Parameter deadline: monotonic; nil waits for ever.
    /// - Throws: `WaitEnd`.
    /// - Context: thread; blocks; no spinlock held.
    public func wait(until deadline: Instant? = nil) throws(WaitEnd) {
        try waiters.wait(until: deadline) { isSet }
    }
}
