// SPDX-License-Identifier: Apache-2.0
//
// How a program's thread shares the CPUs: its policy and nice value, and the CPUs that it may run on. A thread takes these
// over from the one that makes it (sched(7), sched_setaffinity(2)).

internal import FairScheduling
internal import Futexes
internal import LinuxABI
public import Scheduler
internal import Sync

extension Task {
    /// Makes the scheduler follow the choice.
    ///
    /// - Context: thread; may switch.
    public func applyScheduling() {
        let policy = schedulingChoice.withLock { $0 }.schedulerPolicy
        guard let thread = kernelThread else { return }
        CurrentThread.scheduler.setPolicy(of: thread, to: policy)
        process.system.futexes.priorityChanged(of: thread)
    }

    /// The nice value, -20 to 19.
    ///
    /// - Context: thread; setting may switch.
    public var nice: Int8 {
        get { schedulingChoice.withLock { $0.nice } }
        set {
            schedulingChoice.withLock { $0.nice = newValue }
            applyScheduling()
        }
    }

    /// The CPUs that it may run on, as bits.
    ///
    /// - Context: thread; setting may switch.
    public var affinity: UInt64 {
        get { kernelThread.map { CurrentThread.scheduler.affinity(of: $0) } ?? .max }
        set { if let thread = kernelThread { CurrentThread.scheduler.setAffinity(of: thread, to: newValue) } }
    }

    /// The CPU that it runs on or ran on last.
    public var lastCPU: Int { kernelThread.map { CurrentThread.scheduler.lastCPU(of: $0) } ?? 0 }

    /// Gives a thread that has not been started what the one that makes it has.
    public func inheritScheduling(from maker: Task, _ thread: Thread) {
        let choice = maker.schedulingChoice.withLock { $0 }.inherited
        schedulingChoice.withLock { $0 = choice }
        let policy = choice.schedulerPolicy
        if policy != .normal { CurrentThread.scheduler.setPolicy(of: thread, to: policy) }
        let affinity = maker.affinity
        if affinity != .max { CurrentThread.scheduler.setAffinity(of: thread, to: affinity) }
    }
}
