// SPDX-License-Identifier: Apache-2.0
//
// What threads share and wait for each other with: the kernel's own primitives, under the names that an application
// would look for.

public import Events
public import Time

/// A value that one thread at a time may touch: `withLock`.
public typealias Mutex = BlockingMutex
/// What a mutex's value may come to be: `wait(for:)`, `signal`, `broadcast`.
public typealias Condition = Events.Condition
/// A number of permits: `wait`, `take`, `signal`.
public typealias Semaphore = Events.Semaphore
/// A fact that threads wait for: `set`, `wait`.
public typealias Event = Events.Event
/// A value that many may read at a time, or one change: `withReadLock`, `withWriteLock`.
public typealias ReadWriteLock = Events.ReadWriteLock
/// Threads that wait for the same thing, for primitives of one's own: `wait(unless:)`, `wakeOne`, `wakeAll`.
public typealias WaitQueue = Events.WaitQueue
/// Why a wait ended without what it waited for.
public typealias WaitEnd = Events.WaitEnd
/// A point of monotonic time: deadlines of waits.
public typealias Instant = Time.Instant

extension Instant {
    /// The time now.
    public static var now: Instant { Clock.now() }
}
