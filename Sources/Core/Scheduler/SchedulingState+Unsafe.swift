// SPDX-License-Identifier: Apache-2.0
//
// A thread's entry in the run queue: intrusive, so that waking and switching neither allocate nor count references.
// All of it is guarded by the run queue's lock, which is held with interrupts off.

/// Whether a thread runs, could run, or waits.
enum ThreadStatus: UInt8 {
    /// Made and not started: it may be marked to end already, but nobody can wake it.
    case prepared
    case ready, running, parked, ended
}

/// A thread that has not ended, without a count: until then it holds a reference to itself. A switch keeps its threads
/// like this, because a thread that ends never comes back from its last one to give a reference back.
@safe struct LiveThread: Equatable, @unchecked Sendable {
    private let reference: Unmanaged<Thread>

    init(_ thread: Thread) { unsafe reference = Unmanaged.passUnretained(thread) }

    /// Runs code with the thread.
    @inline(__always) func with<R>(_ body: (Thread) -> R) -> R { unsafe reference._withUnsafeGuaranteedRef(body) }

    static func == (a: LiveThread, b: LiveThread) -> Bool {
        unsafe a.reference.toOpaque() == b.reference.toOpaque()
    }
}

/// The run queue's view of a thread.
final class SchedulingState: @unchecked Sendable {
    // SAFETY: (all of these) only RunQueue and Scheduler touch them, with the queue's lock held.
    nonisolated(unsafe) private var storedStatus = ThreadStatus.prepared
    nonisolated(unsafe) private var storedPermit = false
    nonisolated(unsafe) private var storedVirtual: UInt64 = 0
    nonisolated(unsafe) private var storedRunTime: UInt64 = 0
    nonisolated(unsafe) private unowned(unsafe) var storedNext: Thread?
    nonisolated(unsafe) private unowned(unsafe) var storedPrevious: Thread?

    init() {}

    var status: ThreadStatus {
        get { unsafe storedStatus }
        set { unsafe storedStatus = newValue }
    }
    /// A wake-up that came while the thread was not parked: its next park returns at once.
    var hasPermit: Bool {
        get { unsafe storedPermit }
        set { unsafe storedPermit = newValue }
    }
    /// Takes the permit. - Returns: whether there was one.
    func takePermit() -> Bool {
        let had = hasPermit
        hasPermit = false
        return had
    }
    /// Weighted run time: the thread with the least runs next.
    var virtualTime: UInt64 {
        get { unsafe storedVirtual }
        set { unsafe storedVirtual = newValue }
    }
    /// Nanoseconds of CPU time.
    var runTime: UInt64 {
        get { unsafe storedRunTime }
        set { unsafe storedRunTime = newValue }
    }
    var next: Thread? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }
    var previous: Thread? {
        get { unsafe storedPrevious }
        set { unsafe storedPrevious = newValue }
    }
}
