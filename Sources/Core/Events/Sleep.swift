// SPDX-License-Identifier: Apache-2.0
//
// Waiting without a queue: for time or an interruption (nanosleep(2), pause(2)), or for a change that whoever makes it
// wakes the thread for itself (futex(2)).

internal import Machine
internal import Scheduler
public import Time

/// A wait without a queue.
public enum Sleep {
    /// Sleeps until a deadline; nil sleeps until the thread is interrupted.
    ///
    /// - Parameter condition: asked before sleeping and whenever the thread is woken; must not block.
    /// - Returns: nil when the condition holds, else what ended the sleep; `.timedOut` for the deadline.
    /// - Context: thread; blocks; no spinlock held.
    public static func until(_ deadline: Instant?, unless condition: () -> Bool = { false }) -> WaitEnd? {
        guard let deadline else { return forEver(unless: condition) }
        let thread = CurrentThread.thread
        do throws(WaitEnd) {
            let timeout = try Timeout(thread, at: deadline)
            defer { timeout.cancel() }
            while !condition() {
                try WaitQueue.checkInterruptions(thread)
                if Clock.now() >= deadline { throw .timedOut }
                CurrentThread.park()
            }
            return nil
        } catch { return error }
    }

    /// The common case, without reference counting.
    @inline(__always) private static func forEver(unless condition: () -> Bool) -> WaitEnd? {
        while !condition() {
            let reasons = CurrentThread.with { $0.interruptions }
            if !reasons.isEmpty {
                CPU.mark(.signal)  // as in WaitQueue.checkInterruptions
                return reasons.contains(.kill) ? .killed : .interrupted
            }
            CurrentThread.park()
        }
        return nil
    }
}
