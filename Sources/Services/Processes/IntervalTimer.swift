// SPDX-License-Identifier: Apache-2.0
//
// The real-time interval timer of a process (setitimer(2) ITIMER_REAL, alarm(2)): SIGALRM when it is due, again and
// again if it has an interval.

public import Containers
public import LinuxABI
internal import Scheduler
internal import Sync
public import Time

/// A process's ITIMER_REAL.
public final class IntervalTimer: TimerTarget {
    private struct State: ~Copyable {
        var timer: Timer?
        var deadline: UInt64 = 0
        var interval: UInt64 = 0
        /// Who gets the signal; given up when the process retires its timer, for the two own each other until then.
        var process: Process?
    }
    private let state = Spinlock(State())

    init(_ process: Process) throws(OutOfMemory) {
        state.withLock { $0.process = process }
        let timer = try CurrentThread.scheduler.timers.makeTimer(target: self)
        state.withLock { $0.timer = timer }
    }

    /// Nanoseconds until it is due (0: not armed), and the interval.
    public var current: (value: UInt64, interval: UInt64) {
        state.withLock { state in
            guard state.deadline != 0 else { return (0, state.interval) }
            return (max(1, Instant(nanoseconds: state.deadline).nanoseconds(since: Clock.now())), state.interval)
        }
    }

    /// Arms it in `value` nanoseconds, or disarms it for 0. - Returns: what `current` was.
    public func set(value: UInt64, interval: UInt64) -> (value: UInt64, interval: UInt64) {
        let old = current
        let deadline = value == 0 ? 0 : Clock.now().advanced(byNanoseconds: value).nanoseconds
        let timer = state.withLock { state -> Timer? in
            state.deadline = deadline
            state.interval = interval
            return state.timer
        }
        guard let timer else { return old }
        if deadline == 0 {
            CurrentThread.scheduler.timers.disarm(timer)
        } else {
            CurrentThread.scheduler.timers.arm(timer, at: Instant(nanoseconds: deadline))
        }
        return old
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
        let next = state.withLock { state -> UInt64 in
            guard state.deadline != 0 else { return 0 }
            if state.interval == 0 {
                state.deadline = 0
                return 0
            }
            let now = Clock.now().nanoseconds
            state.deadline += state.interval
            if state.deadline <= now { state.deadline = now + state.interval }
            return state.deadline
        }
        if next != 0 { CurrentThread.scheduler.timers.arm(timer, at: Instant(nanoseconds: next)) }
        // A standard signal needs no room: it cannot be refused.
        try? state.withLock { $0.process }?.send(SignalInformation(signal: .alarm, code: .kernel, detail: .none))
    }
}

extension Process {
    /// The timer, made when it is first asked for.
    ///
    /// - Throws: `OutOfMemory`.
    public func makeIntervalTimer() throws(OutOfMemory) -> IntervalTimer {
        if let timer = intervalTimer.value { return timer }
        let timer = try IntervalTimer(self)
        intervalTimer.set(timer)
        return timer
    }
}
