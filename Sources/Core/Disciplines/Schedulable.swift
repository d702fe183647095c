// SPDX-License-Identifier: Apache-2.0
//
// A thread as disciplines see it: links, so that queues need no memory of their own, and what the discipline itself keeps
// with each thread. The scheduler's is a plain pointer; unit tests have another one.

/// A reference to a thread, copied like a number.
public protocol Schedulable: Equatable {
    /// What the discipline keeps with each thread.
    associatedtype Share

    /// What the discipline keeps with this one.
    var share: Share { get nonmutating set }
    /// The thread behind it in its queue.
    var next: Self? { get nonmutating set }
    /// The thread before it in its queue.
    var previous: Self? { get nonmutating set }
    /// Whether it is in a queue.
    var isQueued: Bool { get nonmutating set }
    /// Whether it may leave its queue for a CPU.
    func canMove(to cpu: Int) -> Bool
}
