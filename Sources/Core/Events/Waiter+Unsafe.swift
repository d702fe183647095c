// SPDX-License-Identifier: Apache-2.0
//
// One entry in a wait queue. A thread makes one for each queue it waits on; the entry leaves the queue before it is
// freed, so the queue's links need not keep it alive.

public import Scheduler

/// A thread in a wait queue.
public final class Waiter: @unchecked Sendable {
    /// Who is woken.
    let thread: Thread

    // SAFETY: (all of these) guarded by the lock of the queue that the waiter is in.
    nonisolated(unsafe) private unowned(unsafe) var storedNext: Waiter?
    nonisolated(unsafe) private unowned(unsafe) var storedPrevious: Waiter?
    nonisolated(unsafe) private var storedIsQueued = false

    /// Creates an entry for a thread.
    public init(_ thread: Thread) { self.thread = thread }

    var next: Waiter? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }
    var previous: Waiter? {
        get { unsafe storedPrevious }
        set { unsafe storedPrevious = newValue }
    }
    var isQueued: Bool {
        get { unsafe storedIsQueued }
        set { unsafe storedIsQueued = newValue }
    }
}
