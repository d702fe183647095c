// SPDX-License-Identifier: Apache-2.0
//
// Kernel threads in a unit test: the real scheduler, real stacks, one simulated CPU, and time that stands still unless
// nobody can run. Interrupts come where the code under test permits them, at places that a seed chooses, and switch
// threads there; so each seed is another schedule, the same whenever it is run again.

import DamagedBytes
import Machine
import Scheduler
import Synchronization
import Time

/// Runs closures as threads of the kernel.
public enum SimulatedThreads {
    /// One thread's work.
    private final class Body: ThreadBody {
        private let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }

        func run(on thread: Thread) {
            work()
            // SAFETY: (all uses of these statics) one simulation at a time, and one of its threads at a time.
            unsafe SimulatedThreads.running -= 1
        }
    }

    /// What a simulation came to.
    public enum Outcome: Equatable, Sendable {
        /// Every thread has ended.
        case ended
        /// Threads wait for something that does not come.
        case stuck(threads: Int)
    }

    private static let exclusive = Mutex<Void>(())
    nonisolated(unsafe) private static var random = SplitMix64(seed: 0)
    nonisolated(unsafe) private static var running = 0
    nonisolated(unsafe) private static var isInterrupted = false

    /// Runs threads until all have ended, or none can go on.
    ///
    /// - Parameters:
    ///   - seed: chooses where interrupts come; 0 for none.
    ///   - idle: called whenever nobody can run, before time moves on.
    ///   - threads: what each does.
    public static func run(
        seed: UInt64, idle: () -> Void = {}, _ threads: [@Sendable () -> Void]
    ) throws -> Outcome {
        try exclusive.withLock { _ in try simulate(seed, idle, threads) }
    }

    private static func simulate(
        _ seed: UInt64, _ idle: () -> Void, _ threads: [@Sendable () -> Void]
    ) throws -> Outcome {
        HostedCPU.reset()
        Clock.start(stated: 1_000_000_000)
        let timers = TimerQueue()
        let scheduler = try Scheduler(timers: timers)
        unsafe random = SplitMix64(seed: seed)
        unsafe running = threads.count
        // All are there before the first one runs.
        CPU.disablePreemption()
        for work in threads { try scheduler.spawn(Body(work)) }
        _ = CPU.enablePreemption()
        if seed != 0 { HostedCPU.setInterrupt(interrupt) }
        defer { HostedCPU.reset() }
        // Ten simulated seconds without an end are no end.
        for _ in 0..<10_000 {
            scheduler.yield()
            if unsafe running == 0 { return .ended }
            idle()
            HostedCPU.counter += 1_000_000
            _ = timers.expire()
        }
        return .stuck(threads: unsafe running)
    }

    /// One interrupt in four switches; each takes a little time.
    private static let interrupt: @convention(c) () -> Void = {
        guard unsafe !isInterrupted, unsafe random.next(below: 4) == 0 else { return }
        unsafe isInterrupted = true
        HostedCPU.counter += UInt64(unsafe random.next(below: 100_000))
        let state = CPU.saveInterrupts()
        unsafe isInterrupted = false
        CurrentThread.scheduler.preempt()
        CPU.restoreInterrupts(state)
    }
}
