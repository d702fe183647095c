// SPDX-License-Identifier: Apache-2.0
//
// The one mechanism under everything that waits: pipes, terminals, children, futexes, poll. A waiter enters the queue
// first and asks its condition afterwards, so a wake-up between the two finds it: none is lost. The condition is asked
// again after every wake-up.

internal import Machine
public import Scheduler
internal import Sync
internal import Synchronization
public import Time

/// Threads that wait for the same thing.
public final class WaitQueue: Sendable {
    struct State: ~Copyable {
        var first: Waiter?
        var last: Waiter?
        var count = 0
        /// Those that stay: WaitQueue+Observers.
        var firstObserver: WaitObserver?
        var lastObserver: WaitObserver?
    }

    let state = Spinlock(State(), .waitQueue)
    /// Whether a list may have an entry: whoever wakes looks here first, for mostly nobody waits.
    private let mayHaveWaiters = Atomic<Bool>(false)

    /// Creates an empty queue.
    public init() {}

    // MARK: Waking

    /// Wakes the thread that has waited longest.
    ///
    /// - Context: any but a hard interrupt.
    /// - Returns: whether there was one.
    @discardableResult
    public func wakeOne() -> Bool {
        if isSurelyEmpty { return false }
        guard let waiter = state.withLock({ removeFirst(&$0) }) else { return false }
        CurrentThread.withScheduler { $0.unpark(waiter.thread) }
        return true
    }

    /// Wakes all threads, and tells the observers.
    ///
    /// - Parameter events: what may be there now that was not; observers that want none of it need not look.
    /// - Context: any but a hard interrupt.
    @inline(__always) public func wakeAll(for events: PollEvents = .any) {
        if isSurelyEmpty { return }
        wakePresent(events)
    }

    /// Wakes those who wait now. Whoever comes back meanwhile, because its condition does not hold yet, is not woken again:
    /// it could come back for ever, if it always runs before the one that wakes.
    @inline(never) private func wakePresent(_ events: PollEvents) {
        tellObservers(events)
        var left = state.withLock { $0.count }
        while left > 0, wakeOne() { left -= 1 }
    }

    /// Whether nobody waits who came before the condition changed: there is nobody to wake then.
    ///
    /// A waiter enters the list and then asks its condition; who wakes has made the condition true and then looks here.
    /// With a full fence on both sides one of them sees the other.
    @inline(__always) public var isSurelyEmpty: Bool {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        return !mayHaveWaiters.load(ordering: .relaxed)
    }

    /// Whether nobody waits; only a hint without a lock that keeps others from entering.
    public var isEmpty: Bool { state.withLock { $0.first == nil } }

    // MARK: Waiting

    /// Waits until the condition holds.
    ///
    /// - Parameters:
    ///   - deadline: monotonic; nil waits for ever.
    ///   - condition: asked before sleeping and after every wake-up; must not block.
    /// - Throws: `WaitEnd`; the condition did not hold when it was last asked.
    /// - Context: thread; blocks; no spinlock held.
    public func wait(until deadline: Instant? = nil, unless condition: () -> Bool) throws(WaitEnd) {
        if condition() { return }
        let thread = CurrentThread.thread
        let waiter = Waiter(thread)
        let timeout = try deadline.map { instant throws(WaitEnd) in try Timeout(thread, at: instant) }
        defer {
            remove(waiter)
            timeout?.cancel()
        }
        while true {
            add(waiter)
            if condition() { return }
            try WaitQueue.checkInterruptions(thread)
            if let deadline, Clock.now() >= deadline { throw .timedOut }
            CurrentThread.park()
        }
    }

    /// Waits as `wait` does, but only the end of the thread ends it early: for short waits that must not be
    /// interrupted (Linux calls this "killable").
    public func waitUninterrupted(unless condition: () -> Bool) throws(WaitEnd) {
        if condition() { return }
        let thread = CurrentThread.thread
        let waiter = Waiter(thread)
        defer { remove(waiter) }
        while true {
            add(waiter)
            if condition() { return }
            if thread.interruptions.contains(.kill) { throw .killed }
            CurrentThread.park()
        }
    }

    /// Throws if the thread shall end or look at a signal.
    public static func checkInterruptions(_ thread: Thread) throws(WaitEnd) {
        let reasons = thread.interruptions
        if reasons.isEmpty { return }
        // Whoever gives a reason tells the CPU after it: the call must not be over in between, for the look at what it
        // answers comes with that mark.
        CPU.mark(.signal)
        if reasons.contains(.kill) { throw .killed }
        if reasons.contains(.signal) { throw .interrupted }
    }

    // MARK: The list

    /// Enters a waiter at the end, if it is not queued already. For waits on several queues (poll).
    public func add(_ waiter: Waiter) {
        state.withLock { state in
            guard !waiter.isQueued else { return }
            waiter.isQueued = true
            waiter.next = nil
            waiter.previous = state.last
            if let last = state.last { last.next = waiter } else { state.first = waiter }
            state.last = waiter
            state.count += 1
            mayHaveWaiters.store(true, ordering: .relaxed)
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Whether a waiter is in, and so was not woken since it was added.
    public func contains(_ waiter: Waiter) -> Bool { state.withLock { _ in waiter.isQueued } }

    /// Takes a waiter out; without effect if it is not in.
    public func remove(_ waiter: Waiter) {
        state.withLock { state in
            if waiter.isQueued { unlink(&state, waiter) }
        }
    }

    private func removeFirst(_ state: inout State) -> Waiter? {
        guard let waiter = state.first else { return nil }
        unlink(&state, waiter)
        return waiter
    }

    private func unlink(_ state: inout State, _ waiter: Waiter) {
        if let previous = waiter.previous { previous.next = waiter.next } else { state.first = waiter.next }
        if let next = waiter.next { next.previous = waiter.previous } else { state.last = waiter.previous }
        waiter.next = nil
        waiter.previous = nil
        waiter.isQueued = false
        state.count -= 1
        if state.first == nil, state.firstObserver == nil { mayHaveWaiters.store(false, ordering: .relaxed) }
    }

    /// Runs code with the lists; whether there is anybody is noted anew.
    func withState(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            mayHaveWaiters.store(state.first != nil || state.firstObserver != nil, ordering: .relaxed)
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }
}
