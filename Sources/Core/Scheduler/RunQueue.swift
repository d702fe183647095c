// SPDX-License-Identifier: Apache-2.0
//
// The threads that could run on one CPU, in the order in which they will: real-time threads by priority, then the others
// by virtual time, which is the fair policy. A thread that runs accumulates virtual time; one that slept comes back at
// most one slice behind the others, so that it runs soon but cannot hoard. The list is kept sorted from its end, where
// newcomers nearly always belong.

/// One CPU's ready threads; guarded by the lock that owns it.
struct RunQueue: ~Copyable {
    private(set) var first: LiveThread?
    private var last: LiveThread?
    private(set) var count = 0
    /// Virtual time of the thread that was picked last: where newcomers start. Above every real-time rank.
    private(set) var floor: UInt64 = 1 << 32
    /// What real-time threads have had.
    var realTime = RealTimeShare()

    /// How far a thread may lag behind, in virtual time: about one slice.
    static var credit: UInt64 { 6_000_000 }

    init() {}

    @inline(__always) var isEmpty: Bool { count == 0 }

    /// Whether a thread is ready that is none of real time.
    var endsWithOrdinary: Bool { last.map { !$0.scheduling.policy.isRealTime } ?? false }

    /// Puts a thread in at its place; equals queue behind equals.
    ///
    /// - Parameter beforeEquals: for one whose turn was interrupted.
    mutating func insert(_ thread: LiveThread, beforeEquals: Bool = false) {
        let state = thread.scheduling
        let least = floor - RunQueue.credit
        if state.virtualTime < least { state.virtualTime = least }
        let rank = state.rank
        var before = last
        while let candidate = before {
            let other = candidate.scheduling.rank
            guard other > rank || beforeEquals && other == rank else { break }
            before = candidate.scheduling.previous
        }
        let after = before == nil ? first : before?.scheduling.next
        state.previous = before
        state.next = after
        if let before { before.scheduling.next = thread } else { first = thread }
        if let after { after.scheduling.previous = thread } else { last = thread }
        state.isQueued = true
        count += 1
    }

    /// Takes the thread that should run next.
    mutating func removeFirst() -> LiveThread? {
        guard let thread = first else { return nil }
        if thread.scheduling.policy.isRealTime { return removeFirst(realTime: thread) }
        remove(thread)
        if thread.scheduling.virtualTime > floor { floor = thread.scheduling.virtualTime }
        return thread
    }

    /// Takes a thread out.
    mutating func remove(_ thread: LiveThread) {
        let state = thread.scheduling
        if let before = state.previous { before.scheduling.next = state.next } else { first = state.next }
        if let after = state.next { after.scheduling.previous = state.previous } else { last = state.previous }
        state.next = nil
        state.previous = nil
        state.isQueued = false
        count -= 1
    }

    /// Takes the thread that would wait longest here and may run on another CPU.
    mutating func removeLast(for cpu: Int) -> LiveThread? {
        var candidate = last
        while let thread = candidate {
            let state = thread.scheduling
            if state.isAllowed(on: cpu), !state.isOnCPU {
                remove(thread)
                return thread
            }
            candidate = state.previous
        }
        return nil
    }
}
