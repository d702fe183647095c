// SPDX-License-Identifier: Apache-2.0
//
// The order of spinlocks. Nearly all are leaves and say nothing; those under which another one is taken have a place here.
// A lock is taken only under locks of earlier places: then no two CPUs can wait for each other. Locks that may sleep have
// an order of their own (Events' MutexOrder) and come before all of these. A checked image looks (SpinlockCheck).

/// Where a spinlock stands, outermost first.
public enum SpinlockOrder: UInt8, Sendable {
    /// What comes from the host: bytes are fed in the order in which they are read.
    case hostChannel
    /// A process's signals: its threads are looked at under it.
    case signals
    /// A wait queue: its observers are told under it. Queues of those who wait for a poll come after the polled file's.
    case waitQueue
    /// The list of threads, under which the dump looks at each of them.
    case threads
    /// Whose timer it is: armed under its own lock.
    case timerOwner
    /// Who lends a priority to whom: places of threads change under it.
    case loans
    /// A CPU's threads: whoever runs them arms the end of the turn.
    case scheduler
    /// Nothing is taken under it.
    case leaf

    /// Whether one may be taken under another one of the same place, in an order that the owner's README gives.
    var nests: Bool { self == .waitQueue }
}
