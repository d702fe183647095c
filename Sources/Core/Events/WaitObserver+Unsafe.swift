// SPDX-License-Identifier: Apache-2.0
//
// A lasting entry in a wait queue: it is told of every change and stays, where a Waiter is woken once and is out. What
// waits for many things at once (epoll(7)) has one for each and learns which of them changed without asking all.
// The entry leaves the queue before it is freed, so the queue's links need not keep it alive.

/// Told whenever a queue's waiters are woken.
open class WaitObserver: @unchecked Sendable {
    /// How many observers of a queue are told.
    public enum Style: Sendable {
        /// Every one.
        case shared
        /// One after the other until one has a use for it (EPOLLEXCLUSIVE).
        case exclusive
    }

    let style: Style

    // SAFETY: (all of these) guarded by the lock of the queue that the observer is in.
    nonisolated(unsafe) private unowned(unsafe) var storedNext: WaitObserver?
    nonisolated(unsafe) private unowned(unsafe) var storedPrevious: WaitObserver?
    nonisolated(unsafe) private var storedIsQueued = false

    /// Creates an observer of nothing yet.
    public init(_ style: Style = .shared) { self.style = style }

    /// Something has changed.
    ///
    /// - Parameter events: what may be there now that was not.
    /// - Returns: whether somebody had a use for it.
    /// - Context: any but a hard interrupt; the queue's spinlock is held: no allocation, no last release.
    open func waitQueueChanged(_ events: PollEvents) -> Bool { false }

    final var next: WaitObserver? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }
    final var previous: WaitObserver? {
        get { unsafe storedPrevious }
        set { unsafe storedPrevious = newValue }
    }
    final var isQueued: Bool {
        get { unsafe storedIsQueued }
        set { unsafe storedIsQueued = newValue }
    }
}
