// SPDX-License-Identifier: Apache-2.0
//
// The parts of a timer that the lock of its heap guards, and the reference back to its owner. The heap's links do not
// keep timers alive: an owner retires its timer before it goes away.

internal import Machine
internal import Synchronization

/// Where a timer is: in which CPU's heap, and where there. All but `home` is guarded by that heap's lock; `home` changes with
/// that lock held, while the timer is not armed.
final class TimerPlace: @unchecked Sendable {
    private let storedHome = Atomic<Int>(0)

    /// The CPU in whose heap it is, or was last.
    var home: Int {
        get { CPUs.limit > 1 ? storedHome.load(ordering: .relaxed) : 0 }
        set { storedHome.store(newValue, ordering: .relaxed) }
    }

    // SAFETY: (all of these) only TimerHeap touches them, with its lock held.
    nonisolated(unsafe) private var storedIsArmed = false
    nonisolated(unsafe) private var storedDeadline = Instant.never
    nonisolated(unsafe) private unowned(unsafe) var storedChild: Timer?
    nonisolated(unsafe) private unowned(unsafe) var storedNext: Timer?
    nonisolated(unsafe) private unowned(unsafe) var storedPrevious: Timer?

    var isArmed: Bool {
        get { unsafe storedIsArmed }
        set { unsafe storedIsArmed = newValue }
    }
    var deadline: Instant {
        get { unsafe storedDeadline }
        set { unsafe storedDeadline = newValue }
    }
    /// The first of those that are due after this one.
    var child: Timer? {
        get { unsafe storedChild }
        set { unsafe storedChild = newValue }
    }
    /// The next child of the same parent.
    var next: Timer? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }
    /// The previous child of the same parent; for the first child the parent.
    var previous: Timer? {
        get { unsafe storedPrevious }
        set { unsafe storedPrevious = newValue }
    }
}

/// A reference to a timer's owner that does not keep it alive.
struct TimerTargetReference: @unchecked Sendable {
    nonisolated(unsafe) private unowned(unsafe) let target: any TimerTarget

    init(_ target: any TimerTarget) { unsafe self.target = target }

    // SAFETY: the owner retires its timer before it goes away (Timer's contract).
    func tell(_ timer: Timer) { unsafe target.timerIsDue(timer) }
}
