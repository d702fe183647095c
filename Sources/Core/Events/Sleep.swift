// SPDX-License-Identifier: Apache-2.0
//
// Waiting for nothing but time or an interruption: nanosleep(2), pause(2).

internal import Machine
internal import Scheduler
public import Time

/// A wait without a condition.
public enum Sleep {
    /// Sleeps until a deadline; nil sleeps until the thread is interrupted.
    ///
    /// - Returns: what ended the sleep; `.timedOut` for the deadline.
    /// - Context: thread; blocks; no spinlock held.
    public static func until(_ deadline: Instant?) -> WaitEnd {
        let thread = CurrentThread.thread
        do throws(WaitEnd) {
            let timeout = try deadline.map { instant throws(WaitEnd) in try Timeout(thread, at: instant) }
            defer { timeout?.cancel() }
            while true {
                try WaitQueue.checkInterruptions(thread)
                if let deadline, Clock.now() >= deadline { return .timedOut }
                CurrentThread.scheduler.park()
            }
        } catch { return error }
    }
}
