// SPDX-License-Identifier: Apache-2.0
//
// What a program has chosen for a thread by sched_setscheduler(2), as it is shown again; the scheduler's policy comes of it
// and of the nice value. Source: sched(7).

internal import FairScheduling

/// The scheduling policy of a thread, as it was asked for.
public struct SchedulingChoice: Sendable {
    /// SCHED_OTHER 0, SCHED_FIFO 1, SCHED_RR 2, SCHED_BATCH 3, SCHED_IDLE 5.
    public var policy: UInt32 = 0
    /// 1 to 99 for the real-time policies, 0 for the others.
    public var priority: UInt32 = 0
    /// Whether children begin with SCHED_OTHER (SCHED_RESET_ON_FORK).
    public var isResetOnFork = false

    /// The choice of a thread that has made none.
    public init() {}

    /// Whether a policy is one of the real-time ones.
    public static func isRealTime(_ policy: UInt32) -> Bool { policy == 1 || policy == 2 }

    /// The policy that the scheduler has for it.
    func policy(nice: Int8) -> SchedulingPolicy {
        let kind = SchedulingPolicy.Kind(rawValue: UInt8(truncatingIfNeeded: policy)) ?? .fair
        return SchedulingPolicy(kind, priority: UInt8(clamping: priority), nice: nice)
    }
}
