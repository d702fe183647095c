// SPDX-License-Identifier: Apache-2.0
//
// The cooperative discipline: first in, first out, and nobody is interrupted. A thread runs until it waits, yields or ends;
// one that does none of it keeps the CPU, and only interrupts and their deferred work run beside it. What that buys is
// the size of an image: no timer of turns, no virtual time, no records.

public import Disciplines

/// What the cooperative discipline keeps with each thread, and what a thread may ask for: nothing.
public struct CooperativeShare: Sendable {
    /// The share of every thread.
    public init() {}
}

/// One CPU's ready threads; guarded by the lock that owns it.
public struct CooperativeQueue<Entry: Schedulable>: ~Copyable, Discipline where Entry.Share == CooperativeShare {
    private var list = ReadyList<Entry>()

    /// Creates an empty queue.
    public init() {}

    /// A turn ends where the thread says so.
    @inline(__always) public static var isPreemptive: Bool { false }
    /// Nobody asks how long threads ran.
    @inline(__always) public static var keepsRecords: Bool { false }

    /// How many threads are ready.
    @inline(__always) public var count: Int { list.count }

    /// Puts a thread in behind all others.
    public mutating func enter(_ thread: Entry) { list.insert(thread, behind: list.last) }

    /// Puts the running thread behind all others.
    @inline(__always) public mutating func enterAgain(_ thread: Entry, _ end: TurnEnd) { enter(thread) }

    /// Takes the thread that has waited longest.
    public mutating func removeFirst() -> Entry? {
        guard let thread = list.first else { return nil }
        list.remove(thread)
        return thread
    }

    /// Takes a thread out.
    public mutating func remove(_ thread: Entry) { list.remove(thread) }

    /// Takes the thread that would wait longest here and may run on another CPU.
    public mutating func removeLast(for cpu: Int) -> Entry? { list.removeLast(for: cpu) }

    /// Shares are all the same.
    @inline(__always) public func welcome(_ thread: Entry) {}
    /// Shares are all the same.
    @inline(__always) public func dismiss(_ thread: Entry) {}
    /// Shares are all the same.
    @inline(__always) public func adopt(_ thread: Entry) {}
    /// Time does not count.
    @inline(__always) public mutating func charge(_ thread: Entry, steps: UInt64) {}
    /// There is nothing to ask for.
    @inline(__always) public static func assign(_ policy: CooperativeShare, to thread: Entry) {}
    /// There are no priorities.
    @inline(__always) public static func lend(_ priority: UInt8, to thread: Entry) {}
    /// There are no priorities.
    @inline(__always) public static func loan(to thread: Entry) -> UInt8 { 0 }
    /// There are no priorities.
    @inline(__always) public static func priority(of thread: Entry) -> UInt8 { 0 }

    /// A woken thread waits for its turn.
    @inline(__always) public func preempts(_ thread: Entry, _ running: Entry, ran: () -> UInt64) -> Bool { false }
    /// Turns have no end by time.
    @inline(__always) public mutating func slice(of thread: Entry) -> UInt64? { nil }
}
