// SPDX-License-Identifier: Apache-2.0
//
// The running thread, from the CPU's own page: read without a lock or a reference count, because a thread cannot end
// while it asks. And the machine's scheduler, set once at start.

internal import CMachine
public import Time

/// The thread that runs this code.
public enum CurrentThread {
    nonisolated(unsafe) private static var machineScheduler: Unmanaged<Scheduler>?
    nonisolated(unsafe) private static var work: (@Sendable () -> Void)?
    nonisolated(unsafe) private static var busy: (@Sendable () -> Void)?

    /// The thread.
    @inline(__always) public static var thread: Thread {
        // SAFETY: set at every switch to a thread that holds a reference to itself until it has ended.
        unsafe Unmanaged<Thread>.fromOpaque(machine_current_thread()).takeUnretainedValue()
    }

    /// Runs code with the current thread and no reference counting.
    @inline(__always) public static func with<R>(_ body: (Thread) -> R) -> R {
        unsafe Unmanaged<Thread>.fromOpaque(machine_current_thread())._withUnsafeGuaranteedRef(body)
    }

    /// The object that the current thread runs, borrowed.
    ///
    /// # Safety
    /// Not beyond the thread's life; of the type that the caller knows.
    @unsafe @inline(__always) public static var body: UnsafeRawPointer {
        unsafe UnsafeRawPointer(machine_current_body().unsafelyUnwrapped)
    }

    @inline(__always) static func set(_ thread: Thread) {
        let cpu = unsafe machine_this_cpu()
        unsafe cpu.pointee.current_thread = Unmanaged.passUnretained(thread).toOpaque()
        // SAFETY: the thread keeps its body.
        unsafe cpu.pointee.current_body = UnsafeMutableRawPointer(bitPattern: thread.bodyAddress)
    }

    static func use(_ scheduler: Scheduler) {
        // SAFETY: once, before there is a second thread.
        unsafe machineScheduler = Unmanaged.passRetained(scheduler)
    }

    /// The scheduler.
    @inline(__always) public static var scheduler: Scheduler {
        unsafe machineScheduler.unsafelyUnwrapped.takeUnretainedValue()
    }

    /// Runs code with the scheduler and no reference counting.
    @inline(__always) public static func withScheduler<R>(_ body: (Scheduler) -> R) -> R {
        // SAFETY: it is retained when it is set and never released, but for another one in a unit test.
        unsafe machineScheduler.unsafelyUnwrapped._withUnsafeGuaranteedRef(body)
    }

    /// Waits until somebody unparks the running thread: see `Scheduler.park`.
    @inline(__always) public static func park() { withScheduler { $0.park() } }

    /// What idling does for interrupts; set by the image.
    public static var deferredWork: (@Sendable () -> Void)? {
        get { unsafe work }
        set { unsafe work = newValue }
    }

    /// Called on a CPU of several that goes from resting to work, with interrupts off; set once, before there are several.
    public static var endOfRest: (@Sendable () -> Void)? {
        get { unsafe busy }
        set { unsafe busy = newValue }
    }
}

extension Thread {
    /// An object's address, for `CurrentThread`.
    static func address(of body: (any ThreadBody)?) -> UInt {
        body.map { unsafe UInt(bitPattern: Unmanaged.passUnretained($0 as AnyObject).toOpaque()) } ?? 0
    }

    /// Keeps the thread alive until `releaseOwnReference`.
    func retainForever() -> Thread {
        _ = unsafe Unmanaged.passRetained(self)
        return self
    }

    /// Undoes `retainForever`, once the thread has ended and nobody stands on its stack.
    func releaseOwnReference() { unsafe Unmanaged.passUnretained(self).release() }
}

/// The slice timer's slot: set once, right after the scheduler exists.
final class SliceTimer: @unchecked Sendable {
    nonisolated(unsafe) private var stored: Timer?
    // SAFETY: set before a second thread exists.
    var timer: Timer? {
        get { unsafe stored }
        set { unsafe stored = newValue }
    }
}
