// SPDX-License-Identifier: Apache-2.0
//
// A thread's entry in the run queue: intrusive, so that waking and switching neither allocate nor count references. All of
// it but the atomics is guarded by the lock of the thread's home, the CPU whose queue it is in or was in last.

internal import Synchronization

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

    @inline(__always) static func == (a: LiveThread, b: LiveThread) -> Bool {
        unsafe a.reference.toOpaque() == b.reference.toOpaque()
    }
}

/// The run queue's view of a thread.
final class SchedulingState: @unchecked Sendable {
    /// The CPU whose lock guards the rest. Changes with that lock held, while the thread is in no queue.
    let home = Atomic<Int>(0)
    /// A CPU stands on the thread's stack: it may not run on another one yet. Set by the home; cleared when the CPU has
    /// left the stack.
    let isOnCPU = Atomic<Bool>(false)

    // SAFETY: (all of these) only with the lock of `home` held.
    nonisolated(unsafe) private var storedStatus = ThreadStatus.prepared
    nonisolated(unsafe) private var storedPermit = false
    nonisolated(unsafe) private var storedIsQueued = false
    nonisolated(unsafe) private var storedPolicy = SchedulingPolicy.normal
    nonisolated(unsafe) private var storedAffinity = UInt64.max
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
    /// Whether it is in its home's queue; a thread that is ready may be on its way to one.
    var isQueued: Bool {
        get { unsafe storedIsQueued }
        set { unsafe storedIsQueued = newValue }
    }
    var policy: SchedulingPolicy {
        get { unsafe storedPolicy }
        set { unsafe storedPolicy = newValue }
    }
    /// The CPUs that it may run on, as bits.
    var affinity: UInt64 {
        get { unsafe storedAffinity }
        set { unsafe storedAffinity = newValue }
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

    /// The place among ready threads: real-time ones by priority before all others, those by virtual time, which begins
    /// above every priority.
    @inline(__always) var rank: UInt64 {
        let priority = policy.priority
        return priority > 0 ? UInt64(99 - priority) : virtualTime
    }

    /// Adds time that the thread ran.
    func add(nanoseconds ran: UInt64) {
        runTime &+= ran
        let weight = policy.weight
        virtualTime &+= weight == 1024 ? ran : ran &* 1024 / UInt64(max(1, weight))
    }

    /// Whether it may run on a CPU.
    func isAllowed(on cpu: Int) -> Bool { affinity & 1 << UInt64(cpu) != 0 }
}
