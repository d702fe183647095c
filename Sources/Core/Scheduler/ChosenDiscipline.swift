// SPDX-License-Identifier: Apache-2.0
//
// Which discipline the image has (Docs/Decisions/0011): the one place that asks for the trait Cooperative. Everything else
// is written for `ReadyQueue`, whatever that is, and specialised for it when the image is built.

internal import Disciplines

#if Cooperative
@_exported public import CooperativeScheduling

#if SMP
// A cooperative application may count on nobody else running between two of its waits; on another CPU somebody would.
#error("the traits Cooperative and SMP exclude each other: cooperative threads share one CPU")
#endif

/// One CPU's ready threads.
typealias ReadyQueue = CooperativeQueue<LiveThread>
/// What the discipline keeps with each thread.
typealias Share = CooperativeShare

extension Scheduler {
    /// What a thread may ask for: nothing.
    public typealias Policy = CooperativeShare
}
#else
@_exported public import FairScheduling

/// One CPU's ready threads.
typealias ReadyQueue = FairQueue<LiveThread>
/// What the discipline keeps with each thread.
typealias Share = FairShare

extension Scheduler {
    /// What a thread may ask for.
    public typealias Policy = SchedulingPolicy
}
#endif

extension Scheduler {
    /// Whether threads' turns may end without their doing: the personality connects `preempt` then.
    @inline(__always) public static var isPreemptive: Bool { ReadyQueue.isPreemptive }
}
