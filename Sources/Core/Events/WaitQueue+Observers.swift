// SPDX-License-Identifier: Apache-2.0
//
// The lasting entries of a wait queue. They are told under the queue's lock, so that none is told once it has left: it
// may be freed then. What an observer does takes locks below this one: its own, and those of queues that wait for it.

internal import Sync

extension WaitQueue {
    /// Enters an observer; its place is behind those that are there.
    ///
    /// - Precondition: it is in no queue.
    public func add(_ observer: WaitObserver) {
        withState { state in
            precondition(!observer.isQueued)
            observer.isQueued = true
            observer.next = nil
            observer.previous = state.lastObserver
            if let last = state.lastObserver { last.next = observer } else { state.firstObserver = observer }
            state.lastObserver = observer
        }
    }

    /// Takes an observer out; it is not told any more once this returns. Without effect if it is not in.
    public func remove(_ observer: WaitObserver) {
        withState { state in
            guard observer.isQueued else { return }
            if let previous = observer.previous {
                previous.next = observer.next
            } else {
                state.firstObserver = observer.next
            }
            if let next = observer.next {
                next.previous = observer.previous
            } else {
                state.lastObserver = observer.previous
            }
            observer.next = nil
            observer.previous = nil
            observer.isQueued = false
        }
    }

    /// Tells the observers.
    func tellObservers(_ events: PollEvents) {
        state.withLock { state in
            var isTaken = false
            var observer = state.firstObserver
            while let current = observer {
                observer = current.next
                switch current.style {
                case .shared: _ = current.waitQueueChanged(events)
                case .exclusive: if !isTaken { isTaken = current.waitQueueChanged(events) }
                }
            }
        }
    }
}
