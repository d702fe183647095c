// SPDX-License-Identifier: Apache-2.0
//
// The threads that could run on one CPU, ordered by virtual time: the fair policy. A thread that runs accumulates
// virtual time; one that slept comes back at most one slice behind the others, so that it runs soon but cannot hoard.
// The list is kept sorted from its end, where newcomers nearly always belong.

/// One CPU's ready threads; guarded by the lock that owns it.
struct RunQueue: ~Copyable {
    private var first: Thread?
    private var last: Thread?
    private(set) var count = 0
    /// Virtual time of the thread that was picked last: where newcomers start.
    private(set) var floor: UInt64 = 0

    /// How far a thread may lag behind, in nanoseconds of virtual time.
    static var credit: UInt64 { 3_000_000 }

    init() {}

    var isEmpty: Bool { first == nil }

    /// Puts a thread in at its place; equals queue behind equals.
    mutating func insert(_ thread: Thread) {
        let state = thread.scheduling
        let least = floor > RunQueue.credit ? floor - RunQueue.credit : 0
        if state.virtualTime < least { state.virtualTime = least }
        var before = last
        while let candidate = before, candidate.scheduling.virtualTime > state.virtualTime {
            before = candidate.scheduling.previous
        }
        let after = before == nil ? first : before?.scheduling.next
        state.previous = before
        state.next = after
        if let before { before.scheduling.next = thread } else { first = thread }
        if let after { after.scheduling.previous = thread } else { last = thread }
        count += 1
    }

    /// Takes the thread that should run next.
    mutating func removeFirst() -> Thread? {
        guard let thread = first else { return nil }
        remove(thread)
        if thread.scheduling.virtualTime > floor { floor = thread.scheduling.virtualTime }
        return thread
    }

    private mutating func remove(_ thread: Thread) {
        let state = thread.scheduling
        if let before = state.previous { before.scheduling.next = state.next } else { first = state.next }
        if let after = state.next { after.scheduling.previous = state.previous } else { last = state.previous }
        state.next = nil
        state.previous = nil
        count -= 1
    }
}
