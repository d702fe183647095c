// SPDX-License-Identifier: Apache-2.0
//
// What the fair discipline keeps with each thread.

/// A thread's policy and what it has had.
public struct FairShare: Sendable {
    /// How it shares the CPU with others.
    public internal(set) var policy = SchedulingPolicy.normal
    /// Weighted run time in counter steps: the thread with the least runs next.
    var virtualTime: UInt64 = 0

    /// The share that a thread begins with.
    public init() {}

    /// The place among ready threads: real-time ones by priority before all others, those by virtual time, which begins
    /// above every priority.
    @inline(__always) var rank: UInt64 {
        let priority = policy.priority
        return priority > 0 ? UInt64(99 - priority) : virtualTime
    }

    /// Adds time that the thread ran.
    @inline(__always) mutating func add(steps ran: UInt64) {
        let weight = policy.weight
        virtualTime &+= weight == 1024 ? ran : ran &* 1024 / UInt64(max(1, weight))
    }
}
