// SPDX-License-Identifier: Apache-2.0
//
// What the scheduler leaves open: in which order ready threads run, whether a woken one ends the turn of the one that runs,
// and whether turns end by time. A discipline answers for one CPU. An image has one, chosen when it is built
// (Scheduler's ChosenDiscipline), so nothing of this is decided at run time.

/// One CPU's ready threads and the rules of their turns; guarded by the lock that owns it.
public protocol Discipline: ~Copyable {
    /// The threads.
    associatedtype Entry: Schedulable
    /// What a thread may ask for.
    associatedtype Policy

    /// Whether a thread's turn may end without its doing. If not, nothing is told to look at the queue, and there is no
    /// timer of turns.
    static var isPreemptive: Bool { get }
    /// Whether the scheduler keeps what it tells of threads: which there are, how long they ran, since when they wait.
    static var keepsRecords: Bool { get }

    /// Creates an empty queue.
    init()
    /// How many threads are ready.
    var count: Int { get }

    /// Puts in a thread that was woken, begins, or comes from another CPU.
    mutating func enter(_ thread: Entry)
    /// Puts the running thread back: its turn ended, and it did not wait.
    mutating func enterAgain(_ thread: Entry, _ end: TurnEnd)
    /// Takes the thread that should run next.
    mutating func removeFirst() -> Entry?
    /// Takes a thread out.
    mutating func remove(_ thread: Entry)
    /// Takes the thread that would wait longest here and may run on another CPU.
    mutating func removeLast(for cpu: Int) -> Entry?

    /// Gives a thread that begins the share that newcomers have here.
    func welcome(_ thread: Entry)
    /// Makes a thread's share independent of this queue: it goes to another CPU.
    func dismiss(_ thread: Entry)
    /// Undoes another queue's `dismiss`, here.
    func adopt(_ thread: Entry)

    /// Whether a thread that was put in ends the turn of the one that runs.
    ///
    /// - Parameter ran: for how long that one has run, in counter steps.
    func preempts(_ thread: Entry, _ running: Entry, ran: () -> UInt64) -> Bool
    /// How long a turn of a thread lasts while others wait, in nanoseconds; nil until it gives way itself.
    mutating func slice(of thread: Entry) -> UInt64?
    /// Counts counter steps that a thread ran up to now.
    mutating func charge(_ thread: Entry, steps: UInt64)

    /// Changes what a thread asks for; it is in no queue.
    static func assign(_ policy: Policy, to thread: Entry)
    /// Lets a thread have at least a priority, until another one is lent to it; it is in no queue.
    static func lend(_ priority: UInt8, to thread: Entry)
    /// The priority that is lent to a thread; 0 for none.
    static func loan(to thread: Entry) -> UInt8
    /// The priority that a thread has, its own or lent; 0 for none.
    static func priority(of thread: Entry) -> UInt8
}

extension Discipline where Self: ~Copyable {
    /// Whether no thread is ready.
    @inline(__always) public var isEmpty: Bool { count == 0 }
}
