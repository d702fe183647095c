// SPDX-License-Identifier: Apache-2.0

// The cooperative discipline alone: the order is that of arrival, and nothing ends a turn.

import CooperativeScheduling
import Disciplines
import TestSupport
import Testing

private typealias CooperativeThread = FakeThread<CooperativeShare>
private typealias Queue = CooperativeQueue<CooperativeThread>

@Suite("CooperativeQueue")
struct CooperativeQueueTests {
    private func thread(_ name: String, cpus: Set<Int> = []) -> CooperativeThread {
        CooperativeThread(name, CooperativeShare(), cpus: cpus)
    }

    private func empty(_ queue: inout Queue) -> [String] {
        var names: [String] = []
        while let thread = queue.removeFirst() { names.append(thread.name) }
        return names
    }

    @Test("First in, first out, whether woken or back from a turn, and however long that was")
    func order() {
        var queue = Queue()
        let (a, b, c) = (thread("a"), thread("b"), thread("c"))
        queue.enter(a)
        queue.enter(b)
        #expect(queue.removeFirst() == a && queue.count == 1)
        queue.charge(a, steps: 1 << 40)
        queue.enterAgain(a, .yielded)
        queue.enter(c)
        #expect(empty(&queue) == ["b", "a", "c"] && queue.isEmpty)
    }

    @Test("A thread leaves from anywhere", arguments: [0, 1, 2])
    func removal(_ index: Int) {
        var queue = Queue()
        let threads = ["a", "b", "c"].map { thread($0) }
        for thread in threads { queue.enter(thread) }
        queue.remove(threads[index])
        #expect(!threads[index].isQueued)
        var rest = ["a", "b", "c"]
        rest.remove(at: index)
        #expect(empty(&queue) == rest)
    }

    @Test("Nothing ends a turn: no wake-up, and no time")
    func turns() {
        var queue = Queue()
        let (woken, running) = (thread("woken"), thread("running"))
        #expect(!Queue.isPreemptive && !queue.preempts(woken, running) { .max })
        #expect(queue.slice(of: running) == nil)
    }

    @Test("The last one that may goes to another CPU")
    func moving() {
        var queue = Queue()
        let threads = [thread("a", cpus: [1]), thread("b", cpus: [1]), thread("c")]
        for thread in threads { queue.enter(thread) }
        #expect(queue.removeLast(for: 1) == threads[1])
        #expect(empty(&queue) == ["a", "c"])
    }
}
