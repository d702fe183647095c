// SPDX-License-Identifier: Apache-2.0

// What Events promises: no wake-up is lost, no two are in a mutex, and a wait ends for the reason that it names; under
// every schedule that a seed makes.

import Events
import Machine
import Scheduler
import Synchronization
import TestSupport
import Testing
import Time

@Suite("Waiting", .serialized)
struct EventsTests {
    /// What the threads of a simulation share: one runs at a time, but may be switched away anywhere.
    private final class Shared: @unchecked Sendable {
        let queue = WaitQueue()
        let mutex = BlockingMutex(0)
        let items = Atomic<Int>(0)
        var thread: Thread?
        var notes: [String] = []
        var inside = 0
        var mostInside = 0
    }

    @Test("Consumers get everything that producers make", arguments: 1...60)
    func producersAndConsumers(_ seed: Int) throws {
        let shared = Shared()
        let producer: @Sendable () -> Void = {
            for _ in 0..<20 {
                shared.items.wrappingAdd(1, ordering: .relaxed)
                shared.queue.wakeOne()
            }
        }
        let consumer: @Sendable () -> Void = {
            for _ in 0..<20 {
                do throws(WaitEnd) {
                    try shared.queue.wait {
                        let count = shared.items.load(ordering: .relaxed)
                        guard count > 0 else { return false }
                        shared.items.store(count - 1, ordering: .relaxed)
                        return true
                    }
                } catch { Issue.record("\(error)") }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [consumer, producer, consumer, producer]) == .ended)
        #expect(shared.items.load(ordering: .relaxed) == 0 && shared.queue.isEmpty)
    }

    @Test("One thread at a time is in a mutex, however it is switched", arguments: 1...60)
    func exclusion(_ seed: Int) throws {
        let shared = Shared()
        let work: @Sendable () -> Void = {
            for _ in 0..<10 {
                shared.mutex.withLock { value in
                    shared.inside += 1
                    shared.mostInside = max(shared.mostInside, shared.inside)
                    let before = value
                    CurrentThread.scheduler.yield()
                    value = before + 1
                    shared.inside -= 1
                }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [work, work, work, work]) == .ended)
        #expect(shared.mutex.withLock { $0 } == 40 && shared.mostInside == 1)
    }

    @Test("A wait with a deadline ends when it has passed, and not before")
    func deadline() throws {
        let shared = Shared()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    let start = Clock.now()
                    do throws(WaitEnd) {
                        try shared.queue.wait(until: start.advanced(byNanoseconds: 20_000_000)) { false }
                    } catch { shared.notes.append("\(error)") }
                    let waited = Clock.now().nanoseconds(since: start)
                    shared.notes.append((20_000_000...22_000_000).contains(waited) ? "in time" : "after \(waited)")
                }
            ])
        #expect(outcome == .ended && shared.notes == ["timedOut", "in time"] && shared.queue.isEmpty)
    }

    @Test("A wait that is woken in time has no timeout left behind", arguments: 1...20)
    func wokenInTime(_ seed: Int) throws {
        let shared = Shared()
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            [
                {
                    do throws(WaitEnd) {
                        try shared.queue.wait(until: Clock.now().advanced(byNanoseconds: 5_000_000_000)) {
                            shared.items.load(ordering: .relaxed) > 0
                        }
                        shared.notes.append("woken")
                    } catch { shared.notes.append("\(error)") }
                },
                {
                    CurrentThread.scheduler.yield()
                    shared.items.store(1, ordering: .relaxed)
                    shared.queue.wakeAll()
                },
            ])
        #expect(outcome == .ended && shared.notes == ["woken"])
    }

    @Test(
        "Signals and ends interrupt a wait; only an end interrupts one that is not to be interrupted",
        arguments: [(Thread.Interruption.signal, "interrupted"), (.kill, "killed")])
    func interruption(_ reason: Thread.Interruption, _ expected: String) throws {
        let shared = Shared()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    shared.thread = CurrentThread.thread
                    do throws(WaitEnd) { try shared.queue.wait { false } } catch { shared.notes.append("\(error)") }
                    do throws(WaitEnd) {
                        try shared.queue.waitUninterrupted { shared.items.load(ordering: .relaxed) > 0 }
                        shared.notes.append("went on")
                    } catch { shared.notes.append("\(error)") }
                },
                {
                    if let thread = shared.thread { CurrentThread.scheduler.interrupt(thread, reason) }
                    CurrentThread.scheduler.yield()
                    shared.items.store(1, ordering: .relaxed)
                    shared.queue.wakeAll()
                },
            ])
        #expect(outcome == .ended)
        #expect(shared.notes == [expected, reason == .kill ? "killed" : "went on"])
    }

    @Test("Who waited longest is woken first, and waking nobody is told")
    func order() throws {
        let shared = Shared()
        func waiter(_ name: String) -> @Sendable () -> Void {
            {
                let isWoken = Atomic<Int>(0)
                do throws(WaitEnd) {
                    try shared.queue.wait { isWoken.wrappingAdd(1, ordering: .relaxed).newValue > 3 }
                } catch { Issue.record("\(error)") }
                shared.notes.append(name)
            }
        }
        let outcome = try SimulatedThreads.run(
            seed: 0, idle: { shared.queue.wakeOne() }, [waiter("a"), waiter("b"), waiter("c")])
        #expect(outcome == .ended && shared.notes == ["a", "b", "c"])
        #expect(!shared.queue.wakeOne())
    }
}
