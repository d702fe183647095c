// SPDX-License-Identifier: Apache-2.0
//
// Waiting until what a mutex guards is as one needs it. The question and the answer are one closure under the lock, so that
// nobody can forget to ask again after a wake-up, or look at the value without the lock.
// Source: Hoare, "Monitors: An Operating System Structuring Concept"; woken threads ask again, as Mesa's did (Lampson,
// Redell, "Experience with Processes and Monitors in Mesa").

public import Time

/// What a mutex's value may come to be.
public struct Condition: ~Copyable, Sendable {
    private let waiters = WaitQueue()

    /// Creates a condition that nobody waits for.
    public init() {}

    /// Waits until `body` has an answer, and returns it.
    ///
    /// - Parameters:
    ///   - mutex: guards the value that the condition is about.
    ///   - deadline: monotonic; nil waits for ever.
    ///   - body: called with the lock held, at once and after each wake-up; nil is to wait.
    /// - Throws: `WaitEnd`; `body` had no answer when it was last asked.
    /// - Context: thread; blocks; no lock held, `mutex` least of all.
    public func wait<Value: ~Copyable, Answer>(
        for mutex: borrowing BlockingMutex<Value>, until deadline: Instant? = nil, _ body: (inout Value) -> Answer?
    ) throws(WaitEnd) -> Answer {
        var answer: Answer?
        // The lock may make the thread sleep inside of the wait, and eat up a wake-up meant for this one: that wake-up came
        // before the lock was had, so what it told of is there when `body` looks.
        try waiters.wait(until: deadline) {
            answer = mutex.withLock { body(&$0) }
            return answer != nil
        }
        guard let answer else { fatalError("a wait ended well without an answer") }
        return answer
    }

    /// Wakes the thread that has waited longest: one may find an answer in what was changed.
    ///
    /// - Context: any but a hard interrupt; after the change, which the mutex guarded.
    public func signal() { waiters.wakeOne() }

    /// Wakes all threads that wait: many may find an answer.
    public func broadcast() { waiters.wakeAll() }
}
