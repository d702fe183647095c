// SPDX-License-Identifier: Apache-2.0
//
// Four threads at each of the primitives; each part prints one line, which NativeTests expects word for word. The last
// line says how many CPUs there are and whether more than one thread has run at the same time.

import Apus
import ApusThreads
import Synchronization

/// What the threads share.
final class Shared: Sendable {
    let count = Mutex(0)
    let queue = Mutex<[Int]>([])
    let hasItem = Condition()
    let hasRoom = Condition()
    let permits = Semaphore(2)
    let inside = Atomic<Int>(0)
    let mostInside = Atomic<Int>(0)
    let start = Event()
    let pair = ReadWriteLock((0, 0))
    let sum = Atomic<Int>(0)
    let torn = Atomic<Int>(0)
}

@main
struct Threads {
    static func main() {
        let shared = Shared()
        mutex(shared)
        conditions(shared)
        semaphore(shared)
        event(shared)
        readWriteLock(shared)
        deadlines(shared)
        together()
    }

    /// Runs a closure on some threads and waits for them.
    private static func run(_ number: Int, _ work: @escaping @Sendable (Int) -> Void) {
        var threads: [NativeThread] = []
        for index in 0..<number {
            do throws(OutOfMemory) {
                threads.append(try NativeThread.start { work(index) })
            } catch { print("no memory for a thread") }
        }
        for thread in threads { thread.join() }
    }

    private static func mutex(_ shared: Shared) {
        run(4) { _ in
            for _ in 0..<1000 { shared.count.withLock { $0 += 1 } }
        }
        print("mutex: \(shared.count.withLock { $0 })")
    }

    private static func conditions(_ shared: Shared) {
        run(4) { index in
            for number in 0..<250 {
                if index < 2 { put(number, shared) } else { take(shared) }
            }
        }
        print("conditions: \(shared.sum.load(ordering: .relaxed)), \(shared.queue.withLock { $0.count }) left")
    }

    private static func put(_ number: Int, _ shared: Shared) {
        do throws(WaitEnd) {
            _ = try shared.hasRoom.wait(for: shared.queue) { items -> Int? in
                if items.count == 4 { return nil }
                items.append(number)
                return number
            }
        } catch { print("a wait ended without reason") }
        shared.hasItem.signal()
    }

    private static func take(_ shared: Shared) {
        do throws(WaitEnd) {
            let item = try shared.hasItem.wait(for: shared.queue) { items -> Int? in
                items.isEmpty ? nil : items.removeFirst()
            }
            shared.sum.wrappingAdd(item, ordering: .relaxed)
        } catch { print("a wait ended without reason") }
        shared.hasRoom.signal()
    }

    private static func semaphore(_ shared: Shared) {
        run(4) { _ in
            for _ in 0..<200 {
                do throws(WaitEnd) { try shared.permits.wait() } catch { print("a wait ended without reason") }
                let inside = shared.inside.wrappingAdd(1, ordering: .relaxed).newValue
                shared.mostInside.max(inside, ordering: .relaxed)
                NativeThread.yield()
                shared.inside.wrappingSubtract(1, ordering: .relaxed)
                shared.permits.signal()
            }
        }
        let most = shared.mostInside.load(ordering: .relaxed)
        print(most <= 2 ? "semaphore: never too many" : "semaphore: \(most) at once")
    }

    private static func event(_ shared: Shared) {
        run(4) { index in
            if index == 3 { shared.start.set() }
            do throws(WaitEnd) { try shared.start.wait() } catch { print("a wait ended without reason") }
        }
        print("event: seen by all")
    }

    private static func readWriteLock(_ shared: Shared) {
        run(4) { index in
            for _ in 0..<300 {
                if index == 0 {
                    shared.pair.withWriteLock { pair in
                        pair.0 += 1
                        NativeThread.yield()
                        pair.1 += 1
                    }
                } else {
                    shared.pair.withReadLock { pair in
                        if pair.0 != pair.1 { shared.torn.wrappingAdd(1, ordering: .relaxed) }
                    }
                }
            }
        }
        print("read-write lock: \(shared.pair.withReadLock { $0.0 }), torn \(shared.torn.load(ordering: .relaxed))")
    }

    private static func deadlines(_ shared: Shared) {
        shared.start.reset()
        var ended = "never"
        do throws(WaitEnd) {
            try shared.start.wait(until: Instant.now.advanced(byNanoseconds: 5_000_000))
        } catch { ended = error == .timedOut ? "in time" : "otherwise" }
        print("deadline: ended \(ended)")
    }

    /// Two threads that each wait, without giving the CPU away, for the other one to be there at the same moment. With one
    /// CPU they meet by preemption alone, which takes turns.
    private static func together() {
        let turns = Turns()
        run(2) { index in
            for round in 0..<50 {
                turns.arrive(index, round)
                while !turns.hasArrived(1 - index, round) {}
            }
        }
        print("CPUs: \(NativeThread.cpuCount), met \(turns.count) times")
    }
}

/// Which round each of two threads has reached.
final class Turns: Sendable {
    private let first = Atomic<Int>(-1)
    private let second = Atomic<Int>(-1)

    func arrive(_ index: Int, _ round: Int) {
        if index == 0 { first.store(round, ordering: .releasing) } else { second.store(round, ordering: .releasing) }
    }

    func hasArrived(_ index: Int, _ round: Int) -> Bool {
        (index == 0 ? first.load(ordering: .acquiring) : second.load(ordering: .acquiring)) >= round
    }

    var count: Int { min(first.load(ordering: .relaxed), second.load(ordering: .relaxed)) + 1 }
}
