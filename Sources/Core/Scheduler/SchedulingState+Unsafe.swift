// SPDX-License-Identifier: Apache-2.0
//
// A thread's entry in the run queue: intrusive and reached through plain pointers, so that waking and switching neither
// allocate nor count references. All of it but the atomics is guarded by the lock of the thread's home, the CPU whose
// queue it is in or was in last.

internal import Machine
internal import Synchronization

/// Whether a thread runs, could run, or waits.
enum ThreadStatus: UInt8 {
    /// Made and not started: it may be marked to end already, but nobody can wake it.
    case prepared
    case ready, running, parked, ended
}

/// A thread that has not ended, without a count: until then it holds a reference to itself. A switch keeps its threads
/// like this, because a thread that ends never comes back from its last one to give a reference back.
struct LiveThread: Equatable, Sendable {
    /// Its entry, which knows the thread.
    let scheduling: SchedulingState

    init(_ thread: Thread) { scheduling = thread.scheduling }

    /// Runs code with the thread.
    @inline(__always) func with<R>(_ body: (Thread) -> R) -> R { scheduling.withThread(body) }
}

/// The run queue's view of a thread. Valid as long as the thread is.
@safe struct SchedulingState: Equatable, @unchecked Sendable {
    @safe private struct Fields: ~Copyable {
        var thread: Unmanaged<Thread>?
        let home = Atomic<Int>(0)
        let isOnCPU = Atomic<Bool>(false)
        var status = ThreadStatus.prepared
        var hasPermit = false
        var isQueued = false
        var policy = SchedulingPolicy.normal
        var ownPolicy = SchedulingPolicy.normal
        var lentPriority: UInt8 = 0
        var affinity = UInt64.max
        var virtualTime: UInt64 = 0
        var runTime: UInt64 = 0
        var stoppedAt: UInt64 = 0
        var nextListed: LiveThread?
        var previousListed: LiveThread?
        var next: LiveThread?
        var previous: LiveThread?
    }

    private let fields: UnsafeMutablePointer<Fields>

    // SAFETY: (all of these) the thread owns the fields and whoever has a LiveThread has a thread that is alive; the fields
    // are touched only with the lock of `home` held.

    init() {
        unsafe fields = .allocate(capacity: 1)
        unsafe fields.initialize(to: Fields())
    }

    /// Says whose it is; called by the thread's init alone.
    func belong(to thread: Thread) { unsafe fields.pointee.thread = Unmanaged.passUnretained(thread) }

    /// Runs code with the thread.
    @inline(__always) func withThread<R>(_ body: (Thread) -> R) -> R {
        unsafe fields.pointee.thread.unsafelyUnwrapped._withUnsafeGuaranteedRef(body)
    }

    @inline(__always) static func == (a: SchedulingState, b: SchedulingState) -> Bool { unsafe a.fields == b.fields }

    /// Called by the thread's deinit alone.
    func destroy() {
        unsafe fields.deinitialize(count: 1)
        unsafe fields.deallocate()
    }

    /// The CPU whose lock guards the rest. Changes with that lock held, while the thread is in no queue.
    var home: Int {
        get { unsafe CPUs.limit > 1 ? fields.pointee.home.load(ordering: .relaxed) : 0 }
        nonmutating set { unsafe fields.pointee.home.store(newValue, ordering: .releasing) }
    }
    /// A CPU stands on the thread's stack: it may not run on another one yet. Set by the home; cleared when the CPU has
    /// left the stack.
    var isOnCPU: Bool {
        get { unsafe CPUs.limit > 1 && fields.pointee.isOnCPU.load(ordering: .acquiring) }
        nonmutating set { unsafe fields.pointee.isOnCPU.store(newValue, ordering: .releasing) }
    }
    var status: ThreadStatus {
        get { unsafe fields.pointee.status }
        nonmutating set { unsafe fields.pointee.status = newValue }
    }
    /// A wake-up that came while the thread was not parked: its next park returns at once.
    var hasPermit: Bool {
        get { unsafe fields.pointee.hasPermit }
        nonmutating set { unsafe fields.pointee.hasPermit = newValue }
    }
    /// Takes the permit. - Returns: whether there was one.
    func takePermit() -> Bool {
        let had = hasPermit
        hasPermit = false
        return had
    }
    /// Whether it is in its home's queue; a thread that is ready may be on its way to one.
    var isQueued: Bool {
        get { unsafe fields.pointee.isQueued }
        nonmutating set { unsafe fields.pointee.isQueued = newValue }
    }
    /// How it shares time: its own policy, or a real-time priority that is lent to it.
    var policy: SchedulingPolicy { unsafe fields.pointee.policy }
    /// The policy that was chosen for it.
    var ownPolicy: SchedulingPolicy {
        get { unsafe fields.pointee.ownPolicy }
        nonmutating set {
            unsafe fields.pointee.ownPolicy = newValue
            settlePolicy()
        }
    }
    /// The real-time priority that others lend it; 0 for none.
    var lentPriority: UInt8 {
        get { unsafe fields.pointee.lentPriority }
        nonmutating set {
            unsafe fields.pointee.lentPriority = newValue
            settlePolicy()
        }
    }
    private func settlePolicy() {
        let (own, lent) = (ownPolicy, lentPriority)
        unsafe fields.pointee.policy = lent > own.priority ? SchedulingPolicy(.firstInFirstOut, priority: lent) : own
    }
    /// The CPUs that it may run on, as bits.
    var affinity: UInt64 {
        get { unsafe fields.pointee.affinity }
        nonmutating set { unsafe fields.pointee.affinity = newValue }
    }
    /// Weighted run time in counter steps: the thread with the least runs next.
    var virtualTime: UInt64 {
        get { unsafe fields.pointee.virtualTime }
        nonmutating set { unsafe fields.pointee.virtualTime = newValue }
    }
    /// CPU time in counter steps: nobody but a reader needs the nanoseconds.
    var runTime: UInt64 {
        get { unsafe fields.pointee.runTime }
        nonmutating set { unsafe fields.pointee.runTime = newValue }
    }
    /// The counter when it last stopped running.
    var stoppedAt: UInt64 {
        get { unsafe fields.pointee.stoppedAt }
        nonmutating set { unsafe fields.pointee.stoppedAt = newValue }
    }
    /// Its neighbours in the list of all threads; guarded by that list's lock.
    var nextListed: LiveThread? {
        get { unsafe fields.pointee.nextListed }
        nonmutating set { unsafe fields.pointee.nextListed = newValue }
    }
    /// See `nextListed`.
    var previousListed: LiveThread? {
        get { unsafe fields.pointee.previousListed }
        nonmutating set { unsafe fields.pointee.previousListed = newValue }
    }
    var next: LiveThread? {
        get { unsafe fields.pointee.next }
        nonmutating set { unsafe fields.pointee.next = newValue }
    }
    var previous: LiveThread? {
        get { unsafe fields.pointee.previous }
        nonmutating set { unsafe fields.pointee.previous = newValue }
    }
}

extension SchedulingState {
    /// The place among ready threads: real-time ones by priority before all others, those by virtual time, which begins
    /// above every priority.
    @inline(__always) var rank: UInt64 {
        let priority = policy.priority
        return priority > 0 ? UInt64(99 - priority) : virtualTime
    }

    /// Adds time that the thread ran.
    @inline(__always) func add(steps ran: UInt64, _ realTime: inout RealTimeShare) {
        runTime &+= ran
        if policy.weight == 1024 { virtualTime &+= ran } else { addUnevenly(ran, &realTime) }
    }

    @inline(never) private func addUnevenly(_ ran: UInt64, _ realTime: inout RealTimeShare) {
        let weight = policy.weight
        if weight == 0 { realTime.add(steps: ran) } else { virtualTime &+= ran &* 1024 / UInt64(weight) }
    }

    /// Whether it may run on a CPU.
    @inline(__always) func isAllowed(on cpu: Int) -> Bool {
        CPUs.limit == 1 || affinity & 1 << UInt64(truncatingIfNeeded: cpu) != 0
    }
}
