// SPDX-License-Identifier: Apache-2.0
//
// What threads share and wait for each other with: the kernel's own primitives, whose modules come along. `Semaphore`,
// `Event`, `Condition`, `ReadWriteLock` and `WaitQueue` have the names that an application would look for.

@_exported public import Containers
@_exported public import Events
@_exported public import Time

/// A value that one thread at a time may touch: `withLock`.
public typealias Mutex = BlockingMutex

extension Instant {
    /// The time now.
    public static var now: Instant { Clock.now() }
}
