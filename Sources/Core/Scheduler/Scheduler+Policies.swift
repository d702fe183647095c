// SPDX-License-Identifier: Apache-2.0
//
// How a thread shares time, as others may change it: the policy that is chosen for it, and a priority that is lent to it
// while somebody more important waits for what it holds.

internal import Machine
internal import Sync

extension Scheduler {
    /// Changes how a thread shares time. What is lent to it stays.
    ///
    /// - Context: thread.
    public func setPolicy(of thread: Thread, to policy: SchedulingPolicy) {
        change(thread) { $0.ownPolicy = policy }
    }

    /// Lets a thread run with at least a real-time priority, until another one is lent to it.
    ///
    /// - Parameter priority: 0 to lend nothing.
    /// - Context: thread.
    public func lend(_ priority: UInt8, to thread: Thread) {
        if withHome(of: thread, { _, _ in thread.scheduling.lentPriority }) == priority { return }
        change(thread) { $0.lentPriority = priority }
    }

    /// The real-time priority with which a thread runs, its own or lent; 0 for none.
    public func priority(of thread: Thread) -> UInt8 {
        withHome(of: thread) { _, _ in thread.scheduling.policy.priority }
    }

    /// Changes what decides on a thread's place, and lets its CPU look.
    private func change(_ thread: Thread, _ body: (SchedulingState) -> Void) {
        let cpu = withHome(of: thread) { local, state -> Int in
            let isQueued = thread.scheduling.isQueued
            if isQueued { state.queue.remove(LiveThread(thread)) }
            body(thread.scheduling)
            if isQueued { state.queue.insert(LiveThread(thread)) }
            return local.index
        }
        tell(cpu)
    }
}
