// SPDX-License-Identifier: Apache-2.0

// What the primitives built on wait queues promise: semaphore, event, condition, read-write lock. Each under many seeded
// schedules: nobody is inside who must not be, no wake-up is lost, and nobody waits for ever while others go on.

import Events
import Scheduler
import Synchronization
import TestSupport
import Testing
import Time

@Suite("Primitives", .serialized)
struct PrimitivesTests {
    /// What the threads of a simulation share: one runs at a time, but may be switched away anywhere.
    private final class Shared: @unchecked Sendable {
        let semaphore = Semaphore(2)
        let event = Event()
        let condition = Condition()
        let room = Condition()
        let mutex = BlockingMutex<[Int]>([])
        let lock = ReadWriteLock(0)
        let taken = Mutex<[Int]>([])
        let arrived = Atomic<Int>(0)
        var inside = 0
        var mostInside = 0
        var writers = 0
        var notes: [String] = []
    }

    @Test("A semaphore lets in as many as it has permits", arguments: 1...60)
    func semaphore(_ seed: Int) throws {
        let shared = Shared()
        let work: @Sendable () -> Void = {
            for _ in 0..<10 {
                do throws(WaitEnd) { try shared.semaphore.wait() } catch { Issue.record("\(error)") }
                shared.inside += 1
                shared.mostInside = max(shared.mostInside, shared.inside)
                CurrentThread.scheduler.yield()
                shared.inside -= 1
                shared.semaphore.signal()
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), Array(repeating: work, count: 5)) == .ended)
        #expect(shared.mostInside == 2)
        #expect(shared.semaphore.take() && shared.semaphore.take() && !shared.semaphore.take())
    }

    @Test("A semaphore's wait ends at its deadline and takes nothing then")
    func semaphoreDeadline() throws {
        let shared = Shared()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    _ = shared.semaphore.take() && shared.semaphore.take()
                    do throws(WaitEnd) {
                        try shared.semaphore.wait(until: Clock.now().advanced(byNanoseconds: 5_000_000))
                    } catch { shared.notes.append("\(error)") }
                    shared.semaphore.signal()
                    shared.notes.append(shared.semaphore.take() ? "one" : "none")
                }
            ])
        #expect(outcome == .ended && shared.notes == ["timedOut", "one"])
    }

    @Test("An event wakes everybody once, and nobody waits for one that has happened", arguments: 1...40)
    func event(_ seed: Int) throws {
        let shared = Shared()
        let waiter: @Sendable () -> Void = {
            do throws(WaitEnd) { try shared.event.wait() } catch { Issue.record("\(error)") }
            shared.inside += 1
        }
        let setter: @Sendable () -> Void = {
            CurrentThread.scheduler.yield()
            #expect(shared.inside == 0)
            shared.event.set()
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [waiter, waiter, setter, waiter, waiter]) == .ended)
        #expect(shared.inside == 4 && shared.event.isSet)
    }

    @Test("A bounded queue of two conditions loses and doubles nothing", arguments: 1...80)
    func conditions(_ seed: Int) throws {
        let shared = Shared()
        let perProducer = 15
        func producer(_ base: Int) -> @Sendable () -> Void {
            {
                for number in 0..<perProducer {
                    do throws(WaitEnd) {
                        try shared.room.wait(for: shared.mutex) { items -> Bool? in
                            guard items.count < 3 else { return nil }
                            items.append(base + number)
                            return true
                        }
                    } catch { Issue.record("\(error)") }
                    shared.condition.signal()
                }
            }
        }
        let consumer: @Sendable () -> Void = {
            for _ in 0..<perProducer {
                do throws(WaitEnd) {
                    let item = try shared.condition.wait(for: shared.mutex) { items -> Int? in
                        items.isEmpty ? nil : items.removeFirst()
                    }
                    shared.taken.withLock { $0.append(item) }
                } catch { Issue.record("\(error)") }
                shared.room.signal()
            }
        }
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed), [consumer, producer(0), consumer, producer(100), consumer, producer(200)])
        #expect(outcome == .ended)
        let expected = [0, 100, 200].flatMap { base in (0..<perProducer).map { base + $0 } }
        #expect(shared.taken.withLock { $0.sorted() } == expected)
    }

    @Test("A condition's wait ends at its deadline")
    func conditionDeadline() throws {
        let shared = Shared()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    do throws(WaitEnd) {
                        let deadline = Clock.now().advanced(byNanoseconds: 3_000_000)
                        _ = try shared.condition.wait(for: shared.mutex, until: deadline) { $0.first }
                    } catch { shared.notes.append("\(error)") }
                }
            ])
        #expect(outcome == .ended && shared.notes == ["timedOut"])
    }

    @Test("Readers read together, a writer is alone", arguments: 1...60)
    func readersAndWriters(_ seed: Int) throws {
        let shared = Shared()
        let reader: @Sendable () -> Void = {
            for _ in 0..<12 {
                shared.lock.withReadLock { value in
                    shared.inside += 1
                    shared.mostInside = max(shared.mostInside, shared.inside)
                    #expect(shared.writers == 0)
                    let before = value
                    CurrentThread.scheduler.yield()
                    #expect(value == before)
                    shared.inside -= 1
                }
            }
        }
        let writer: @Sendable () -> Void = {
            for _ in 0..<12 {
                shared.lock.withWriteLock { value in
                    shared.writers += 1
                    #expect(shared.writers == 1 && shared.inside == 0)
                    let before = value
                    CurrentThread.scheduler.yield()
                    value = before + 1
                    shared.writers -= 1
                }
            }
        }
        #expect(try SimulatedThreads.run(seed: UInt64(seed), [reader, writer, reader, writer, reader]) == .ended)
        #expect(shared.lock.withReadLock { $0 } == 24)
    }

    @Test("Readers are inside together")
    func readersTogether() throws {
        let shared = Shared()
        let reader: @Sendable () -> Void = {
            shared.lock.withReadLock { _ in
                shared.inside += 1
                // Each waits for the others in there.
                while shared.inside < 3 { CurrentThread.scheduler.yield() }
            }
        }
        #expect(try SimulatedThreads.run(seed: 0, [reader, reader, reader]) == .ended)
    }

    @Test("Permits go to those who wait in the order in which they came")
    func semaphoreOrder() throws {
        let shared = Shared()
        func waiter(_ name: String) -> @Sendable () -> Void {
            {
                do throws(WaitEnd) { try shared.semaphore.wait() } catch { Issue.record("\(error)") }
                shared.notes.append(name)
            }
        }
        let giver: @Sendable () -> Void = {
            for _ in 0..<3 {
                shared.semaphore.signal()
                for _ in 0..<5 { CurrentThread.scheduler.yield() }
            }
        }
        let taker: @Sendable () -> Void = { _ = shared.semaphore.take() && shared.semaphore.take() }
        let threads = [taker, waiter("a"), waiter("b"), waiter("c"), giver]
        #expect(try SimulatedThreads.run(seed: 0, threads) == .ended)
        #expect(shared.notes == ["a", "b", "c"])
    }

    @Test("While a writer waits, readers that come later wait for it; when it leaves, they go first", arguments: 0...20)
    func phases(_ seed: Int) throws {
        let shared = Shared()
        @Sendable func waitForArrivals(_ count: Int) {
            while shared.arrived.load(ordering: .relaxed) < count { CurrentThread.scheduler.yield() }
            // Those who have said so still have to reach the lock, however they are switched.
            for _ in 0..<50 { CurrentThread.scheduler.yield() }
        }
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            [
                {
                    shared.lock.withReadLock { _ in
                        shared.arrived.add(1, ordering: .relaxed)
                        waitForArrivals(2)
                        shared.arrived.add(1, ordering: .relaxed)
                        waitForArrivals(4)
                        shared.notes.append("first reader")
                    }
                },
                {
                    waitForArrivals(1)
                    shared.arrived.add(1, ordering: .relaxed)
                    shared.lock.withWriteLock { _ in
                        waitForArrivals(5)
                        shared.notes.append("writer")
                    }
                },
                {
                    waitForArrivals(3)
                    shared.arrived.add(1, ordering: .relaxed)
                    shared.lock.withReadLock { _ in shared.notes.append("second reader") }
                },
                {
                    waitForArrivals(4)
                    shared.arrived.add(1, ordering: .relaxed)
                    shared.lock.withWriteLock { _ in shared.notes.append("second writer") }
                },
            ])
        #expect(outcome == .ended)
        #expect(shared.notes == ["first reader", "writer", "second reader", "second writer"])
    }
}
