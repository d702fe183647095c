// SPDX-License-Identifier: Apache-2.0
//
// The interval timers of a process (setitimer(2), alarm(2)): a signal when one is due, again and again if it has an
// interval. The real-time one counts the time that passes, the others the CPU time of the process, which is asked for
// when it can be over at the earliest.

public import Containers
internal import Events
public import LinuxABI
internal import Scheduler
internal import Sync
public import Time

/// One of a process's interval timers.
public final class IntervalTimer: TimerTarget {
    /// What a timer counts.
    public enum Kind: Sendable {
        /// Time (ITIMER_REAL): SIGALRM.
        case real
        /// CPU time (ITIMER_VIRTUAL): SIGVTALRM. Deviation: with what the kernel did for the process.
        case virtual
        /// CPU time (ITIMER_PROF): SIGPROF.
        case profiling
    }

    /// How exactly CPU time is watched, in nanoseconds.
    private static var cpuTimeStep: UInt64 { 1_000_000 }

    private let kind: Kind
    private struct State: ~Copyable {
        var timer: Timer?
        var deadline: UInt64 = 0
        var interval: UInt64 = 0
        /// Who gets the signal; given up when the process retires its timer, for the two own each other until then.
        var process: Process?
    }
    private let state = Spinlock(State(), .timerOwner)

    init(_ process: Process, _ kind: Kind) throws(OutOfMemory) {
        self.kind = kind
        state.withLock { $0.process = process }
        let timer = Timer(target: self)
        state.withLock { $0.timer = timer }
    }

    /// Nanoseconds until it is due (0: not armed), and the interval.
    public var current: (value: UInt64, interval: UInt64) {
        let now = now
        return state.withLock { state in
            guard state.deadline != 0 else { return (0, state.interval) }
            return (state.deadline > now ? state.deadline - now : 1, state.interval)
        }
    }

    /// Arms it in `value` nanoseconds, or disarms it for 0. - Returns: what `current` was.
    public func set(value: UInt64, interval: UInt64) -> (value: UInt64, interval: UInt64) {
        let old = current
        let now = now
        let threads = threads
        state.withLock { state in
            let (sum, overflow) = now.addingReportingOverflow(value)
            state.deadline = value == 0 ? 0 : overflow ? .max : sum
            state.interval = interval
            arm(state, now, threads)
        }
        return old
    }

    /// The time that it counts. Asked for without the timer's lock, because CPU time takes others.
    private var now: UInt64 {
        switch kind {
        case .real: return Clock.now().nanoseconds
        case .virtual, .profiling: return state.withLock { $0.process }?.runTime ?? 0
        }
    }

    /// How many threads add to it.
    private var threads: UInt64 {
        kind == .real ? 1 : UInt64(max(1, state.withLock { $0.process }?.threadCount ?? 1))
    }

    /// Arms the machine's timer for the deadline, or disarms it.
    private func arm(_ state: borrowing State, _ now: UInt64, _ threads: UInt64) {
        guard let timer = state.timer else { return }
        if state.deadline == 0 {
            CurrentThread.scheduler.timers.disarm(timer)
            return
        }
        var instant = Instant(nanoseconds: state.deadline)
        if kind != .real {
            // Each thread adds at most one second a second.
            let left = state.deadline > now ? state.deadline - now : 0
            instant = Clock.now().advanced(byNanoseconds: max(left / threads, Self.cpuTimeStep))
        }
        CurrentThread.scheduler.timers.arm(timer, at: instant)
    }

    /// The process is going away.
    func retire() {
        if let timer = state.withLock({ $0.timer }) { CurrentThread.scheduler.timers.retire(timer) }
        let process = state.withLock { state -> Process? in
            let process = state.process
            state.timer = nil
            state.process = nil
            return process
        }
        _ = process  // its last release, if this is one, happens outside of the lock
    }

    /// Called by the timers: sends the signal and arms the next one. Intervals that were missed are not made up for.
    public func timerIsDue(_ timer: Timer) {
        let now = now
        let threads = threads
        let process = state.withLock { state -> Process? in
            guard state.deadline != 0 else { return nil }
            if now < state.deadline {
                arm(state, now, threads)
                return nil
            }
            if state.interval == 0 {
                state.deadline = 0
            } else {
                let (sum, overflow) = state.deadline.addingReportingOverflow(state.interval)
                state.deadline = overflow ? .max : sum <= now ? now + state.interval : sum
                arm(state, now, threads)
            }
            return state.process
        }
        // A standard signal needs no room: it cannot be refused.
        try? process?.send(SignalInformation(signal: signal, code: .kernel, detail: .none))
    }

    private var signal: SignalNumber {
        switch kind {
        case .real: return .alarm
        case .virtual: return .virtualAlarm
        case .profiling: return .profilingTimer
        }
    }
}

extension Process {
    /// A timer, made when it is first asked for.
    ///
    /// - Throws: `OutOfMemory`.
    public func makeIntervalTimer(_ kind: IntervalTimer.Kind) throws(OutOfMemory) -> IntervalTimer {
        switch kind {
        case .real: return try make(intervalTimer, kind)
        case .virtual: return try make(virtualTimer, kind)
        case .profiling: return try make(profilingTimer, kind)
        }
    }

    private func make(
        _ slot: borrowing SetOnce<IntervalTimer>, _ kind: IntervalTimer.Kind
    ) throws(OutOfMemory) -> IntervalTimer {
        if let timer = slot.value { return timer }
        // Under a lock, for two threads may ask at once.
        return try timers.withLock { (_) throws(OutOfMemory) in
            if let timer = slot.value { return timer }
            let timer = try IntervalTimer(self, kind)
            slot.set(timer)
            return timer
        }
    }

    func retireIntervalTimers() {
        intervalTimer.value?.retire()
        virtualTimer.value?.retire()
        profilingTimer.value?.retire()
    }
}
