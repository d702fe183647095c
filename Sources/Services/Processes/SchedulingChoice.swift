// SPDX-License-Identifier: Apache-2.0
//
// What a program has chosen for a thread by sched_setscheduler(2) and setpriority(2), as it is shown again; the scheduler's
// policy comes of it. Source: sched(7).

internal import FairScheduling

/// The scheduling policy of a thread, as it was asked for.
public struct SchedulingChoice: Sendable {
    /// SCHED_OTHER 0, SCHED_FIFO 1, SCHED_RR 2, SCHED_BATCH 3, SCHED_IDLE 5.
    public var policy: UInt32 = 0
    /// 1 to 99 for the real-time policies, 0 for the others.
    public var priority: UInt32 = 0
    /// The nice value, -20 to 19: the thread's, not the process's.
    public var nice: Int8 = 0
    /// Whether threads that it makes begin without a real-time policy and a negative nice value (SCHED_RESET_ON_FORK).
    public var isResetOnFork = false

    /// The choice of a thread that has made none.
    public init() {}

    /// Whether a policy is one of the real-time ones.
    public static func isRealTime(_ policy: UInt32) -> Bool { policy == 1 || policy == 2 }

    /// The choice of a thread that the one with this choice makes (sched(7), "Resetting scheduling policy for child
    /// processes").
    var inherited: SchedulingChoice {
        guard isResetOnFork else { return self }
        if SchedulingChoice.isRealTime(policy) { return SchedulingChoice() }
        var choice = self
        choice.isResetOnFork = false
        choice.nice = max(0, nice)
        return choice
    }

    /// The policy that the scheduler has for it.
    var schedulerPolicy: SchedulingPolicy {
        let kind = SchedulingPolicy.Kind(rawValue: UInt8(truncatingIfNeeded: policy)) ?? .fair
        return SchedulingPolicy(kind, priority: UInt8(clamping: priority), nice: nice)
    }
}
