// SPDX-License-Identifier: Apache-2.0
//
// What real-time threads may take of one CPU: all but a twentieth of each second (sched(7), "Limiting the CPU usage of
// real-time and deadline processes"). A thread that never waits would keep everybody else from the CPU for ever, the
// kernel's own threads among them. Only who waits matters: while no other thread is ready, real-time ones go on. Counted
// when a real-time thread stops running, so that switching between others knows nothing of it.

internal import Time

/// The time that real-time threads have had on a CPU; guarded by the lock of its queue.
public struct RealTimeShare: ~Copyable {
    /// The period after which real-time threads have their share of a CPU again, in nanoseconds.
    public static var period: UInt64 { 1_000_000_000 }
    /// Their share of it while other threads are ready, in nanoseconds.
    public static var runtime: UInt64 { 950_000_000 }

    /// When the period began, in nanoseconds of the clock. Periods follow each other.
    private var began: UInt64 = 0
    /// Of the period, in nanoseconds.
    private var used: UInt64 = 0

    init() {}

    /// Adds time that a real-time thread ran up to now.
    mutating func add(steps ran: UInt64) {
        let now = beginPeriod()
        // What it ran before the period began counts no more.
        used = min(used &+ Clock.nanoseconds(steps: ran), now &- began)
    }

    /// What is left of the period's share, in nanoseconds.
    mutating func left() -> UInt64 {
        _ = beginPeriod()
        return used < RealTimeShare.runtime ? RealTimeShare.runtime &- used : 0
    }

    /// Begins a period if the last one is over. - Returns: the time.
    private mutating func beginPeriod() -> UInt64 {
        let now = Clock.now().nanoseconds
        let elapsed = now &- began
        if elapsed >= RealTimeShare.period {
            began = now &- elapsed % RealTimeShare.period
            used = 0
        }
        return now
    }
}
