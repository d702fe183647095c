// SPDX-License-Identifier: Apache-2.0
//
// The parts of a timer that the queue's lock guards, and the reference back to its owner.

/// Where a timer is in the heap; -1 when disarmed. Guarded by the lock of the queue.
final class TimerPlace: @unchecked Sendable {
    nonisolated(unsafe) private var storedIndex = -1

    // SAFETY: only TimerQueue touches it, with its lock held.
    var index: Int {
        get { unsafe storedIndex }
        set { unsafe storedIndex = newValue }
    }
}

/// A reference to a timer's owner that does not keep it alive.
struct TimerTargetReference: @unchecked Sendable {
    nonisolated(unsafe) private unowned(unsafe) let target: any TimerTarget

    init(_ target: any TimerTarget) { unsafe self.target = target }

    // SAFETY: the owner disarms its timer before it goes away (Timer's contract).
    func tell(_ timer: Timer) { unsafe target.timerIsDue(timer) }
}
