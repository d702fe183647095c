// SPDX-License-Identifier: Apache-2.0
//
// The limits of getrlimit(2), with the values that a Linux system gives its first process.

public import LinuxABI

/// A process's limits, by the numbers of getrlimit(2).
public struct ResourceLimits: Sendable {
    private var values: InlineArray<16, ResourceLimit>

    /// The limits of the first process.
    public init() {
        let none = ResourceLimit(soft: ResourceLimit.infinity, hard: ResourceLimit.infinity)
        values = InlineArray(repeating: none)
        self[.stackSize] = ResourceLimit(soft: 8 << 20, hard: ResourceLimit.infinity)
        self[.coreSize] = ResourceLimit(soft: 0, hard: ResourceLimit.infinity)
        self[.processes] = ResourceLimit(soft: 4096, hard: 4096)
        self[.openFiles] = ResourceLimit(soft: 1024, hard: 1_048_576)
        self[.lockedMemory] = ResourceLimit(soft: 8 << 20, hard: 8 << 20)
        self[.pendingSignals] = ResourceLimit(soft: 4096, hard: 4096)
        self[.messageQueues] = ResourceLimit(soft: 819_200, hard: 819_200)
        self[.nice] = ResourceLimit(soft: 0, hard: 0)
        self[.realTimePriority] = ResourceLimit(soft: 0, hard: 0)
    }

    /// The limit of a resource.
    ///
    /// - Precondition: a kind that Linux has, 0 to 15.
    public subscript(kind: ResourceKind) -> ResourceLimit {
        get { values[Int(kind.rawValue)] }
        set { values[Int(kind.rawValue)] = newValue }
    }
}
