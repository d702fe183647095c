// SPDX-License-Identifier: Apache-2.0
//
// How a thread shares the CPU with others (sched(7)). A policy comes down to two numbers: the place of its threads among
// those that are ready, and how fast their virtual time passes.

/// A thread's scheduling policy.
public struct SchedulingPolicy: Equatable, Sendable {
    /// The kinds, by Linux's numbers.
    public enum Kind: UInt8, Sendable {
        /// Shares of time by nice value (SCHED_OTHER).
        case fair = 0
        /// Runs before all fair threads, by priority, until it waits or yields (SCHED_FIFO).
        case firstInFirstOut = 1
        /// As `firstInFirstOut`, but threads of one priority take turns (SCHED_RR).
        case roundRobin = 2
        /// As `fair`, but waking up never interrupts another thread (SCHED_BATCH).
        case batch = 3
        /// As `batch`, with the smallest share (SCHED_IDLE).
        case idle = 5
    }

    /// The kind.
    public let kind: Kind
    /// 1…99 of a real-time policy, larger first; 0 of others.
    public let priority: UInt8
    /// Share of 1024 at nice 0; 0 of the real-time kinds, whose virtual time stands still.
    let weight: UInt32

    /// The policy that threads begin with.
    public static var normal: SchedulingPolicy { SchedulingPolicy(.fair) }

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - priority: for the real-time kinds.
    ///   - nice: −20…19, for fair and batch: each step is a quarter more or a fifth less of the time.
    public init(_ kind: Kind, priority: UInt8 = 0, nice: Int8 = 0) {
        self.kind = kind
        let isRealTime = kind == .firstInFirstOut || kind == .roundRobin
        self.priority = isRealTime ? max(1, min(99, priority)) : 0
        weight = isRealTime ? 0 : kind == .idle ? 3 : SchedulingPolicy.weight(nice)
    }

    /// Whether threads run before all that share time.
    public var isRealTime: Bool { priority > 0 }

    private static func weight(_ nice: Int8) -> UInt32 {
        var weight: UInt32 = 1024
        for _ in 0..<max(0, min(19, nice)) { weight = weight * 4 / 5 }
        for _ in 0..<max(0, min(20, -Int(nice))) { weight = weight * 5 / 4 }
        return weight
    }

    /// How long a thread runs while others of its rank wait, in nanoseconds; nil until it gives way itself.
    public var slice: UInt64? {
        switch kind {
        case .firstInFirstOut: return nil
        case .roundRobin: return 100_000_000
        case .fair, .batch, .idle: return 3_000_000
        }
    }
}
