// SPDX-License-Identifier: Apache-2.0
//
// All threads, in the order in which they were started: for those who want to look at every one (Scheduler+Reports).
// Intrusive, because entering must not fail.

/// The threads that were started and have not ended; guarded by the lock that owns it.
struct StartedThreads: ~Copyable {
    private(set) var first: LiveThread?
    private var last: LiveThread?

    /// Enters a thread at the end.
    mutating func enter(_ thread: LiveThread) {
        thread.scheduling.previousListed = last
        if let last { last.scheduling.nextListed = thread } else { first = thread }
        last = thread
    }

    /// Takes a thread out.
    mutating func leave(_ thread: LiveThread) {
        let state = thread.scheduling
        if let before = state.previousListed {
            before.scheduling.nextListed = state.nextListed
        } else {
            first = state.nextListed
        }
        if let after = state.nextListed {
            after.scheduling.previousListed = state.previousListed
        } else {
            last = state.previousListed
        }
    }
}
