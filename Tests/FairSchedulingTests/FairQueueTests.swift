// SPDX-License-Identifier: Apache-2.0

// The fair discipline alone, with threads that cannot run: shares of time, priorities, what sleeping earns, and whose turn
// a wake-up ends.

import Disciplines
import FairScheduling
import TestSupport
import Testing

private typealias FairThread = FakeThread<FairShare>
private typealias Queue = FairQueue<FairThread>

@Suite("FairQueue")
struct FairQueueTests {
    private func thread(_ name: String, _ policy: SchedulingPolicy = .normal, cpus: Set<Int> = []) -> FairThread {
        let thread = FairThread(name, FairShare(), cpus: cpus)
        Queue.assign(policy, to: thread)
        return thread
    }

    /// Gives turns of some counter steps, in the queue's order.
    /// - Returns: who had them.
    private func turns(_ count: Int, of steps: UInt64, _ threads: [FairThread]) -> [String] {
        var queue = Queue()
        for thread in threads {
            queue.welcome(thread)
            queue.enter(thread)
        }
        var names: [String] = []
        for _ in 0..<count {
            guard let thread = queue.removeFirst() else { break }
            names.append(thread.name)
            queue.charge(thread, steps: steps)
            queue.enterAgain(thread, .expired)
        }
        return names
    }

    @Test("Equal threads take turns")
    func equalThreads() {
        #expect(turns(6, of: 1000, [thread("a"), thread("b"), thread("c")]) == ["a", "b", "c", "a", "b", "c"])
    }

    @Test("Time is shared by weight", arguments: [(Int8(0), 500), (5, 247), (-5, 753), (19, 14)])
    func weights(_ nice: Int8, _ expected: Int) {
        let names = turns(1000, of: 1000, [thread("other"), thread("nice", SchedulingPolicy(.fair, nice: nice))])
        let share = names.count { $0 == "nice" }
        #expect(abs(share - expected) <= 15, "\(share)")
    }

    @Test("Real-time threads come first, by priority, and take turns as their policy says")
    func realTime() {
        let threads = [
            thread("fair"), thread("low", SchedulingPolicy(.roundRobin, priority: 1)),
            thread("a", SchedulingPolicy(.roundRobin, priority: 9)),
            thread("b", SchedulingPolicy(.roundRobin, priority: 9)),
        ]
        #expect(turns(4, of: 1000, threads) == ["a", "b", "a", "b"])
        let fifo = [
            thread("a", SchedulingPolicy(.firstInFirstOut, priority: 9)),
            thread("b", SchedulingPolicy(.firstInFirstOut, priority: 9)),
        ]
        #expect(turns(3, of: 1000, fifo) == ["a", "a", "a"])
    }

    @Test("A thread that slept comes back at most a slice behind the others")
    func sleepersDoNotHoard() {
        var queue = Queue()
        let (sleeper, worker) = (thread("sleeper"), thread("worker"))
        queue.welcome(sleeper)
        queue.welcome(worker)
        for _ in 0..<100 {
            queue.charge(worker, steps: 3_000_000)
            queue.enterAgain(worker, .expired)
            _ = queue.removeFirst()
        }
        queue.enterAgain(worker, .expired)
        queue.enter(sleeper)
        var names: [String] = []
        for _ in 0..<4 {
            guard let thread = queue.removeFirst() else { break }
            names.append(thread.name)
            queue.charge(thread, steps: 3_000_000)
            queue.enterAgain(thread, .expired)
        }
        #expect(names == ["sleeper", "sleeper", "worker", "sleeper"])
    }

    @Test("A woken thread ends the turn of one that is far ahead or of lower priority, and no other")
    func preemption() {
        let queue = Queue()
        let (woken, running) = (thread("woken"), thread("running"))
        queue.welcome(woken)
        queue.welcome(running)
        #expect(!queue.preempts(woken, running) { 1_000_000 })
        #expect(queue.preempts(woken, running) { 3_000_000 })
        Queue.assign(SchedulingPolicy(.batch), to: woken)
        #expect(!queue.preempts(woken, running) { 3_000_000 })
        Queue.assign(SchedulingPolicy(.firstInFirstOut, priority: 1), to: woken)
        #expect(queue.preempts(woken, running) { 0 })
        Queue.assign(SchedulingPolicy(.roundRobin, priority: 2), to: running)
        #expect(!queue.preempts(woken, running) { 3_000_000 })
    }

    @Test("Turns end by time, but those of SCHED_FIFO")
    func slices() {
        var queue = Queue()
        #expect(queue.slice(of: thread("a")) == 3_000_000)
        #expect(queue.slice(of: thread("a", SchedulingPolicy(.roundRobin, priority: 1))) == 100_000_000)
        #expect(queue.slice(of: thread("a", SchedulingPolicy(.firstInFirstOut, priority: 1))) == nil)
    }

    @Test("A real-time thread stays before its equals until its turn is over, which SCHED_FIFO ends by yielding alone")
    func ends() {
        let cases: [(SchedulingPolicy.Kind, TurnEnd, Bool)] = [
            (.firstInFirstOut, .interrupted, true), (.firstInFirstOut, .expired, true),
            (.firstInFirstOut, .yielded, false), (.roundRobin, .interrupted, true), (.roundRobin, .expired, false),
            (.roundRobin, .yielded, false), (.fair, .interrupted, false), (.fair, .expired, false),
        ]
        for (kind, end, goesOn) in cases {
            var queue = Queue()
            let policy = SchedulingPolicy(kind, priority: 9)
            let (running, equal) = (thread("running", policy), thread("equal", policy))
            queue.welcome(running)
            queue.welcome(equal)
            queue.enter(equal)
            queue.enterAgain(running, end)
            #expect(queue.removeFirst() == (goesOn ? running : equal), "\(kind) \(end)")
        }
    }

    @Test("A thread runs with what is lent to it if that is more, and with its own policy afterwards")
    func loans() {
        let debtor = thread("debtor", SchedulingPolicy(.roundRobin, priority: 5))
        Queue.lend(3, to: debtor)
        #expect(Queue.priority(of: debtor) == 5 && Queue.loan(to: debtor) == 3)
        Queue.lend(7, to: debtor)
        #expect(Queue.priority(of: debtor) == 7 && debtor.share.policy.kind == .firstInFirstOut)
        Queue.assign(SchedulingPolicy(.roundRobin, priority: 9), to: debtor)
        #expect(Queue.priority(of: debtor) == 9)
        Queue.assign(.normal, to: debtor)
        #expect(Queue.priority(of: debtor) == 7)
        Queue.lend(0, to: debtor)
        #expect(Queue.priority(of: debtor) == 0 && debtor.share.policy == .normal)
    }

    @Test("A thread that goes to another CPU is as far ahead there as it was here")
    func moving() {
        var here = Queue()
        var there = Queue()
        let (mover, other) = (thread("mover", cpus: [1]), thread("other"))
        there.welcome(other)
        there.charge(other, steps: 500_000_000)
        there.enterAgain(other, .expired)
        _ = there.removeFirst()
        here.welcome(mover)
        here.enter(mover)
        #expect(here.removeLast(for: 2) == nil)
        let taken = here.removeLast(for: 1)
        #expect(taken == mover && here.isEmpty && !mover.isQueued)
        here.dismiss(mover)
        there.adopt(mover)
        there.enter(mover)
        there.charge(other, steps: 1000)
        there.enterAgain(other, .expired)
        #expect(there.removeFirst() == mover)
    }
}
