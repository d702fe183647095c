// SPDX-License-Identifier: Apache-2.0
//
// What the fair discipline keeps with each thread.

/// A thread's policy and what it has had.
public struct FairShare: Sendable {
    /// How it shares the CPU with others: its own policy, or a real-time priority that is lent to it.
    public private(set) var policy = SchedulingPolicy.normal
    /// The policy that was chosen for it.
    var ownPolicy = SchedulingPolicy.normal { didSet { settle() } }
    /// The real-time priority that others lend it; 0 for none.
    var lentPriority: UInt8 = 0 { didSet { settle() } }
    /// Weighted run time in counter steps: the thread with the least runs next.
    var virtualTime: UInt64 = 0

    /// The share that a thread begins with.
    public init() {}

    private mutating func settle() {
        policy =
            lentPriority > ownPolicy.priority ? SchedulingPolicy(.firstInFirstOut, priority: lentPriority) : ownPolicy
    }

    /// The place among ready threads: real-time ones by priority before all others, those by virtual time, which begins
    /// above every priority.
    @inline(__always) var rank: UInt64 {
        let priority = policy.priority
        return priority > 0 ? UInt64(99 - priority) : virtualTime
    }
}
