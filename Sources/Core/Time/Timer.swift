// SPDX-License-Identifier: Apache-2.0
//
// One deadline and who is told. A timer has its place in the queue in itself, so that arming it cannot fail for want of
// memory; this is what lets a blocked thread have a timeout without an error path.

internal import Sync

/// Who is told when a timer is due. Called in deferred work: may wake threads, must not block.
public protocol TimerTarget: AnyObject, Sendable {
    /// The timer's deadline has passed.
    func timerIsDue(_ timer: Timer)
}

/// A deadline that can be armed and disarmed any number of times.
public final class Timer: Sendable {
    let target: TimerTargetReference
    let place = TimerPlace()

    /// Creates a disarmed timer.
    ///
    /// - Parameter target: told when it is due; not retained: it owns the timer and retires it before it goes away.
    public init(target: any TimerTarget) { self.target = TimerTargetReference(target) }
}
