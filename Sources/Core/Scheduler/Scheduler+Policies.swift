// SPDX-License-Identifier: Apache-2.0
//
// How a thread shares time, as others may change it: the policy that is chosen for it, and a priority that is lent to it
// while somebody more important waits for what it holds.

internal import Disciplines
internal import Machine
internal import Sync

extension Scheduler {
    /// Changes how a thread shares time. What is lent to it stays.
    ///
    /// - Context: thread.
    public func setPolicy(of thread: Thread, to policy: Policy) {
        change(thread) { ReadyQueue.assign(policy, to: $0) }
    }

    /// Lets a thread run with at least a priority, until another one is lent to it; a discipline without priorities does not
    /// know what that is.
    ///
    /// - Parameter priority: 0 to lend nothing.
    /// - Context: thread.
    public func lend(_ priority: UInt8, to thread: Thread) {
        if withHome(of: thread, { _, _ in ReadyQueue.loan(to: LiveThread(thread)) }) == priority { return }
        change(thread) { ReadyQueue.lend(priority, to: $0) }
    }

    /// The real-time priority with which a thread runs, its own or lent; 0 for none.
    public func priority(of thread: Thread) -> UInt8 {
        withHome(of: thread) { _, _ in ReadyQueue.priority(of: LiveThread(thread)) }
    }

    /// Changes what decides on a thread's place, and lets its CPU look.
    private func change(_ thread: Thread, _ body: (LiveThread) -> Void) {
        let cpu = withHome(of: thread) { local, state -> Int in
            let isQueued = thread.scheduling.isQueued
            if isQueued { state.queue.remove(LiveThread(thread)) }
            body(LiveThread(thread))
            if isQueued { state.queue.enter(LiveThread(thread)) }
            return local.index
        }
        tell(cpu)
    }
}
