// SPDX-License-Identifier: Apache-2.0
//
// The fair discipline: real-time threads by priority, then the others by virtual time. A thread that runs accumulates
// virtual time; one that slept comes back at most one slice behind the others, so that it runs soon but cannot hoard. The
// list is kept sorted from its end, where newcomers nearly always belong.

public import Disciplines

/// One CPU's ready threads; guarded by the lock that owns it.
public struct FairQueue<Entry: Schedulable>: ~Copyable, Discipline where Entry.Share == FairShare {
    private var list = ReadyList<Entry>()
    /// Virtual time of the thread that was picked last: where newcomers start. Above every real-time rank.
    private var floor: UInt64 = 1 << 32
    /// What real-time threads have had.
    private var realTime = RealTimeShare()

    /// How far a thread may lag behind, in virtual time: about one slice.
    private static var credit: UInt64 { 6_000_000 }
    /// How much further a woken thread must be behind the running one to end its turn, in counter steps: about 1 ms.
    private static var patience: UInt64 { 2_000_000 }

    /// Creates an empty queue.
    public init() {}

    /// Interrupts switch to better threads, and slices end.
    @inline(__always) public static var isPreemptive: Bool { true }
    /// Shares are computed from them.
    @inline(__always) public static var keepsRecords: Bool { true }

    /// How many threads are ready.
    @inline(__always) public var count: Int { list.count }

    // MARK: The queue

    /// Puts a thread in at its place; equals queue behind equals.
    @inline(__always) public mutating func enter(_ thread: Entry) { insert(thread, beforeEquals: false) }

    /// Puts the running thread back: before its equals, if it is one of real time that has not had its turn. SCHED_FIFO has
    /// turns that only end by yielding.
    public mutating func enterAgain(_ thread: Entry, _ end: TurnEnd) {
        let kind = thread.share.policy.kind
        let goesOn =
            end == .interrupted && kind == .roundRobin || end != .yielded && kind == .firstInFirstOut
        insert(thread, beforeEquals: goesOn)
    }

    @inline(__always) private mutating func insert(_ thread: Entry, beforeEquals: Bool) {
        let least = floor - FairQueue.credit
        if thread.share.virtualTime < least { thread.share.virtualTime = least }
        let rank = thread.share.rank
        var before = list.last
        while let candidate = before {
            let other = candidate.share.rank
            guard other > rank || beforeEquals && other == rank else { break }
            before = candidate.previous
        }
        list.insert(thread, behind: before)
    }

    /// Takes the thread that should run next.
    public mutating func removeFirst() -> Entry? {
        guard let thread = list.first else { return nil }
        if thread.share.policy.isRealTime { return removeFirst(realTime: thread) }
        list.remove(thread)
        if thread.share.virtualTime > floor { floor = thread.share.virtualTime }
        return thread
    }

    /// The same when the first one is a real-time thread: it runs unless others are ready whose turn it is.
    @inline(never) private mutating func removeFirst(realTime thread: Entry) -> Entry {
        var chosen = thread
        if endsWithOrdinary, realTime.left() == 0 {
            while chosen.share.policy.isRealTime, let next = chosen.next { chosen = next }
        }
        list.remove(chosen)
        return chosen
    }

    /// Whether a thread is ready that is none of real time.
    private var endsWithOrdinary: Bool { list.last.map { !$0.share.policy.isRealTime } ?? false }

    /// Takes a thread out.
    public mutating func remove(_ thread: Entry) { list.remove(thread) }

    /// Takes the thread that would wait longest here and may run on another CPU.
    public mutating func removeLast(for cpu: Int) -> Entry? { list.removeLast(for: cpu) }

    // MARK: Shares

    /// Newcomers begin with the virtual time of the thread that was picked last.
    @inline(__always) public func welcome(_ thread: Entry) { thread.share.virtualTime = floor }

    /// Virtual time becomes relative to this queue's.
    @inline(__always) public func dismiss(_ thread: Entry) { thread.share.virtualTime &-= floor }

    /// Virtual time becomes that of this queue.
    @inline(__always) public func adopt(_ thread: Entry) { thread.share.virtualTime &+= floor }

    /// Counts counter steps that a thread ran up to now.
    @inline(__always) public mutating func charge(_ thread: Entry, steps: UInt64) {
        if thread.share.policy.weight == 1024 {
            thread.share.virtualTime &+= steps
        } else {
            chargeUnevenly(thread, steps)
        }
    }

    @inline(never) private mutating func chargeUnevenly(_ thread: Entry, _ steps: UInt64) {
        let weight = thread.share.policy.weight
        if weight == 0 {
            realTime.add(steps: steps)
        } else {
            thread.share.virtualTime &+= steps &* 1024 / UInt64(weight)
        }
    }

    // MARK: Policies

    /// Changes a thread's policy; it is in no queue. What is lent to it stays.
    public static func assign(_ policy: SchedulingPolicy, to thread: Entry) { thread.share.ownPolicy = policy }

    /// Lets a thread run with at least a real-time priority, until another one is lent to it; it is in no queue.
    public static func lend(_ priority: UInt8, to thread: Entry) { thread.share.lentPriority = priority }

    /// The real-time priority that is lent to a thread; 0 for none.
    public static func loan(to thread: Entry) -> UInt8 { thread.share.lentPriority }

    /// The real-time priority with which a thread runs, its own or lent; 0 for none.
    public static func priority(of thread: Entry) -> UInt8 { thread.share.policy.priority }

    // MARK: Turns

    /// Whether a thread that was put in ends the turn of the one that runs: by its priority, or because it has had much
    /// less time.
    @inline(__always)
    public func preempts(_ thread: Entry, _ running: Entry, ran: () -> UInt64) -> Bool {
        let policy = thread.share.policy
        if policy.isRealTime { return thread.share.rank < running.share.rank }
        if policy.kind != .fair { return false }
        return thread.share.rank &+ FairQueue.patience < running.share.rank &+ ran()
    }

    /// How long a turn of a thread lasts while others wait, in nanoseconds; nil until it gives way itself.
    public mutating func slice(of thread: Entry) -> UInt64? {
        let policy = thread.share.policy
        guard policy.isRealTime, endsWithOrdinary else { return policy.slice }
        // Not so short that the timer is all that runs.
        return min(policy.slice ?? .max, max(realTime.left(), 100_000))
    }
}
