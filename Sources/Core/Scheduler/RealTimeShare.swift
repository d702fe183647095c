// SPDX-License-Identifier: Apache-2.0
//
// What real-time threads may take of one CPU: all but a twentieth of each second (sched(7), "Limiting the CPU usage of
// real-time and deadline processes"). A thread that never waits would keep everybody else from the CPU for ever, the
// kernel's own threads among them. Only who waits matters: while no other thread is ready, real-time ones go on. Counted
// when a real-time thread stops running, so that switching between others knows nothing of it.

internal import Time

/// The time that real-time threads have had on a CPU; guarded by the lock of its queue.
struct RealTimeShare: ~Copyable {
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
        return used < Scheduler.realTimeRuntime ? Scheduler.realTimeRuntime &- used : 0
    }

    /// Begins a period if the last one is over. - Returns: the time.
    private mutating func beginPeriod() -> UInt64 {
        let now = Clock.now().nanoseconds
        let elapsed = now &- began
        if elapsed >= Scheduler.realTimePeriod {
            began = now &- elapsed % Scheduler.realTimePeriod
            used = 0
        }
        return now
    }
}

extension Scheduler {
    /// The period after which real-time threads have their share of a CPU again, in nanoseconds.
    public static var realTimePeriod: UInt64 { 1_000_000_000 }
    /// Their share of it while other threads are ready, in nanoseconds.
    public static var realTimeRuntime: UInt64 { 950_000_000 }
}

extension RunQueue {
    /// Takes the thread that should run next when the first one is a real-time thread.
    @inline(never) mutating func removeFirst(realTime thread: LiveThread) -> LiveThread {
        var chosen = thread
        if endsWithOrdinary, realTime.left() == 0 {
            while chosen.scheduling.policy.isRealTime, let next = chosen.scheduling.next { chosen = next }
        }
        remove(chosen)
        return chosen
    }

    /// How long a thread runs while those in the queue wait, in nanoseconds; nil until it gives way itself.
    mutating func turn(of thread: LiveThread) -> UInt64? {
        let policy = thread.scheduling.policy
        guard policy.isRealTime, endsWithOrdinary else { return policy.slice }
        // Not so short that the timer is all that runs.
        return min(policy.slice ?? .max, max(realTime.left(), 100_000))
    }
}
