// SPDX-License-Identifier: Apache-2.0
//
// A deadline that wakes a thread: the timed half of a wait. The waiter finds out by the clock what woke it.

public import Scheduler
public import Time

/// Wakes a thread at an instant.
public final class Timeout: TimerTarget {
    private let thread: Thread
    private let slot = TimeoutTimer()

    /// Arms the wake-up.
    ///
    /// - Throws: `.timedOut` at once when there is no memory for a timer: a wait that cannot be ended is worse.
    public init(_ thread: Thread, at deadline: Instant) throws(WaitEnd) {
        self.thread = thread
        guard deadline != .never else { return }
        let timer = Timer(target: self)
        slot.timer = timer
        CurrentThread.scheduler.timers.arm(timer, at: deadline)
    }

    /// Disarms the wake-up; required before the last reference goes.
    public func cancel() {
        if let timer = slot.timer { CurrentThread.scheduler.timers.retire(timer) }
        slot.timer = nil
    }

    /// Called by the timers.
    public func timerIsDue(_ timer: Timer) { CurrentThread.scheduler.unpark(thread) }
}
