// SPDX-License-Identifier: Apache-2.0

// What the scheduler promises: everybody runs, nobody is lost, and a permit that came early is not forgotten; under
// every schedule that a seed makes.

import Machine
import Scheduler
import Synchronization
import TestSupport
import Testing
import Time

/// Notes that threads write in the order in which they run; one runs at a time.
final class Notes: @unchecked Sendable {
    var list: [String] = []
    var thread: Thread?
}

@Suite("Scheduler", .serialized)
struct SchedulerTests {
    @Test("Threads that yield take turns")
    func turns() throws {
        let notes = Notes()
        func body(_ name: String) -> @Sendable () -> Void {
            {
                for _ in 0..<3 {
                    notes.list.append(name)
                    HostedCPU.counter += 1000
                    CurrentThread.scheduler.yield()
                }
            }
        }
        #expect(try SimulatedThreads.run(seed: 0, [body("a"), body("b")]) == .ended)
        #expect(notes.list == ["a", "b", "a", "b", "a", "b"])
    }

    @Test("A thread that used more waits longer: virtual time is fair")
    func fairness() throws {
        let notes = Notes()
        func body(_ name: String, cost: UInt64) -> @Sendable () -> Void {
            {
                for _ in 0..<60 {
                    notes.list.append(name)
                    HostedCPU.counter += cost
                    CurrentThread.scheduler.yield()
                }
            }
        }
        let threads = [body("heavy", cost: 3_000_000), body("light", cost: 1_000_000)]
        #expect(try SimulatedThreads.run(seed: 0, threads) == .ended)
        // In the time of the first twenty turns of the heavy one the light one has had some three times as many.
        let twentieth = notes.list.indices.filter { notes.list[$0] == "heavy" }[19]
        let light = notes.list[..<twentieth].filter { $0 == "light" }.count
        #expect((50...60).contains(light), "\(light)")
    }

    @Test("An unpark before the park lets it return at once, and counts once")
    func permit() throws {
        let notes = Notes()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    notes.thread = CurrentThread.thread
                    CurrentThread.scheduler.unpark(CurrentThread.thread)
                    CurrentThread.scheduler.unpark(CurrentThread.thread)
                    CurrentThread.scheduler.park()
                    notes.list.append("first")
                    CurrentThread.scheduler.park()
                    notes.list.append("second")
                }
            ])
        #expect(outcome == .stuck(threads: 1) && notes.list == ["first"])
    }

    @Test("Parked threads come back in every schedule", arguments: 1...40)
    func handOver(_ seed: Int) throws {
        let counter = Atomic<Int>(0)
        let notes = Notes()
        let outcome = try SimulatedThreads.run(
            seed: UInt64(seed),
            [
                {
                    notes.thread = CurrentThread.thread
                    while counter.load(ordering: .relaxed) < 50 { CurrentThread.scheduler.park() }
                },
                {
                    for _ in 0..<50 {
                        counter.wrappingAdd(1, ordering: .relaxed)
                        if let thread = notes.thread { CurrentThread.scheduler.unpark(thread) }
                        CurrentThread.scheduler.yield()
                    }
                },
            ])
        #expect(outcome == .ended)
    }

    @Test("A reason to end a wait wakes the thread, and stays until it is taken back")
    func interruption() throws {
        let notes = Notes()
        let outcome = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    let thread = CurrentThread.thread
                    notes.thread = thread
                    CurrentThread.scheduler.park()
                    notes.list.append(thread.interruptions == .signal ? "signal" : "?")
                    thread.clear(.signal)
                    notes.list.append(thread.interruptions.isEmpty ? "none" : "?")
                },
                { if let thread = notes.thread { CurrentThread.scheduler.interrupt(thread, .signal) } },
            ])
        #expect(outcome == .ended && notes.list == ["signal", "none"])
    }

    @Test("Time that a thread ran is counted for it alone")
    func runTime() throws {
        let notes = Notes()
        _ = try SimulatedThreads.run(
            seed: 0,
            [
                {
                    HostedCPU.counter += 5_000_000
                    notes.list.append("\(CurrentThread.scheduler.runTime(of: CurrentThread.thread))")
                },
                {
                    HostedCPU.counter += 2_000_000
                    notes.list.append("\(CurrentThread.scheduler.runTime(of: CurrentThread.thread))")
                },
            ])
        #expect(notes.list == ["5000000", "2000000"])
    }

    // MARK: Real-time threads

    /// Runs a real-time thread in turns of 10 ms for three seconds beside others.
    ///
    /// - Returns: how many of its turns it has had in each second, and how many the others together.
    private func realTimeTurns(others: Int) throws -> (own: [Int], others: Int) {
        let notes = Notes()
        @Sendable func turn(_ name: String, _ milliseconds: UInt64) {
            notes.list.append("\(name) \(HostedCPU.counter / 1_000_000_000)")
            HostedCPU.counter += milliseconds * 1_000_000
            CurrentThread.scheduler.yield()
        }
        let realTime: @Sendable () -> Void = {
            HostedCPU.counter = (HostedCPU.counter / 1_000_000_000 + 1) * 1_000_000_000
            notes.list.append("\(HostedCPU.counter / 1_000_000_000)")
            let end = HostedCPU.counter + 3_000_000_000
            let thread = CurrentThread.thread
            CurrentThread.scheduler.setPolicy(of: thread, to: SchedulingPolicy(.firstInFirstOut, priority: 1))
            while HostedCPU.counter < end { turn("own", 10) }
        }
        let other: @Sendable () -> Void = { for _ in 0..<20 { turn("other", 1) } }
        _ = try SimulatedThreads.run(seed: 0, [realTime] + Array(repeating: other, count: others))
        let start = Int(notes.list[0]) ?? 0
        let own = (start..<(start + 3)).map { second in notes.list.count { $0 == "own \(second)" } }
        let last = notes.list.lastIndex { $0.hasPrefix("own") } ?? 0
        return (own, notes.list[..<last].count { $0.hasPrefix("other") })
    }

    @Test("A real-time thread that never waits has 95 of 100 turns while others are ready")
    func realTimeShare() throws {
        let turns = try realTimeTurns(others: 3)
        #expect(turns.own[0] == 95)
        #expect(turns.own[1] > 95 && turns.own[2] == 100)
        #expect(turns.others == 60)
    }

    @Test("A real-time thread has all turns while nobody else is ready")
    func realTimeAlone() throws {
        #expect(try realTimeTurns(others: 0).own == [100, 100, 100])
    }
}
