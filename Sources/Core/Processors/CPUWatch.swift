// SPDX-License-Identifier: Apache-2.0
//
// CPUs that have something to do watch each other: once a second each calls another busy one by an interrupt, and looks
// the next time whether it was taken. One that takes none for some seconds, but answers the interrupt that cannot be
// turned off, is stuck with interrupts off; it is told where it is, and the machine goes on. What a busy host does to a machine is no such
// thing: a CPU that the host does not run answers neither, and seconds in which the watch itself did not run do not count.
//
// A CPU that rests neither watches nor is watched, so that it need not wake up. Where one CPU is stuck and all others rest nobody
// notices until one of them has something to do; and on a machine with one CPU nobody watches at all.

internal import Log
internal import Machine
internal import Scheduler
internal import Sync
internal import Synchronization
internal import Time

/// One CPU's watch over the others.
final class CPUWatch: TimerTarget, Sendable {
    private struct State: ~Copyable {
        var timer: Timer?
        /// When the timer is to come.
        var due = Instant(nanoseconds: 0)
        /// Who was called; none at first.
        var called: Int?
        /// How often it had not answered.
        var misses = 0
    }

    private static var period: UInt64 { 1_000_000_000 }
    /// So many misses, one after the other, are a report.
    private static var patience: Int { 5 }

    // Touched on its own CPU alone: with interrupts off, or in deferred work.
    private let state = Confined(State())
    private let isArmed = Atomic<Bool>(false)

    init() {
        let timer = Timer(target: self)
        state.with { $0.timer = timer }
    }

    /// Starts the watch unless it is on. - Context: on its CPU, which has something to do; interrupts off.
    @inline(__always) func start() {
        if !isArmed.load(ordering: .relaxed) { arm() }
    }

    @inline(never) private func arm() {
        isArmed.store(true, ordering: .relaxed)
        let due = Clock.now().advanced(byNanoseconds: CPUWatch.period)
        state.with { state in
            state.due = due
            if let timer = state.timer { CurrentThread.scheduler.timers.arm(timer, at: due) }
        }
    }

    /// Looks at who was called, and calls somebody.
    func timerIsDue(_ timer: Timer) {
        isArmed.store(false, ordering: .relaxed)
        let own = CPU.index
        let scheduler = CurrentThread.scheduler
        let now = Clock.now()
        let (misses, called) = state.with { state -> (Int, Int?) in
            let wasStopped = now > state.due.advanced(byNanoseconds: CPUWatch.period)
            if let called = state.called, !CPUs.hasAnswered(called) {
                if !wasStopped { state.misses += 1 }
                return (state.misses, called)
            }
            state.misses = 0
            state.called = CPUWatch.next(after: state.called ?? own, besides: own)
            if let called = state.called { CPUs.call(called) }
            return (0, nil)
        }
        if misses >= CPUWatch.patience, let called {
            report(called)
            state.with { $0.misses = 0 }
        }
        if !scheduler.isIdle(own) { arm() }
    }

    /// The next busy CPU.
    private static func next(after last: Int, besides own: Int) -> Int? {
        for step in 1...CPUs.count {
            let index = (last + step) % CPUs.count
            if index != own, !CurrentThread.scheduler.isIdle(index) { return index }
        }
        return nil
    }

    private func report(_ cpu: Int) {
        guard let sample = CPUs.sample(cpu), !CPUs.hasAnswered(cpu) else { return }
        CPUReport.write("takes no interrupts", cpu, sample)
    }
}
