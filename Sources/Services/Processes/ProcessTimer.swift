// SPDX-License-Identifier: Apache-2.0
//
// timer_create(2): a timer that sends a signal. At most one signal of a timer is pending; while it is, the timer rests,
// and the times that pass are counted as overruns when the signal is taken. So a short period cannot flood anything.
//
//      armed ──due──▶ signal pending ──taken──▶ armed again (period) or disarmed
//
// A timer of a CPU-time clock asks that clock at its machine timer's pace: no time passes faster than one second a
// second for each thread, so the clock cannot be beyond the deadline before that.

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Scheduler
internal import Sync
public import Time

/// What a timer counts by.
public enum ProcessClock: Sendable {
    /// The time of day.
    case wall
    /// Time since the machine began.
    case monotonic
    /// CPU time of the process.
    case process
    /// CPU time of a thread.
    case thread(Task)
}

/// Whom a timer tells.
public enum TimerNotice: Sendable {
    /// Nobody (`SIGEV_NONE`).
    case none
    /// The process (`SIGEV_SIGNAL`).
    case process(SignalNumber, value: UInt64)
    /// One thread (`SIGEV_THREAD_ID`). Not its number: deferred work must not wait for the table of numbers.
    case thread(Task, SignalNumber, value: UInt64)
}

/// A POSIX timer of a process.
///
/// Lock order: the process's table of timers, then the timer's own lock, then the machine's timers.
public final class ProcessTimer: TimerTarget {
    struct State: ~Copyable {
        var timer: Timer?
        /// Given up when the timer is deleted, for the two own each other until then.
        var process: Process?
        var deadline = PeriodicDeadline.none
        /// Whether the deadline is a time of day.
        var isWallTime = false
        /// Whether its signal is pending.
        var isPending = false
        /// How often it was due beyond the first time when its signal was last taken.
        var overruns: UInt32 = 0
    }

    /// Its number.
    public let id: Int32
    private let clock: ProcessClock
    private let notice: TimerNotice
    private let state = Spinlock(State(), .timerOwner)

    /// How soon a timer tries again that could not send its signal, and how exactly CPU time is watched.
    private static var patience: UInt64 { 1_000_000 }

    init(_ process: Process, id: Int32, _ clock: ProcessClock, _ notice: TimerNotice) throws(OutOfMemory) {
        self.id = id
        self.clock = clock
        self.notice = notice
        let timer = Timer(target: self)
        state.withLock {
            $0.timer = timer
            $0.process = process
        }
    }

    // MARK: Setting

    /// Nanoseconds until it is due, 0 while it is disarmed, and the period.
    public var current: (value: UInt64, interval: UInt64) {
        let cpu = cpuTime
        return state.withLock { state in
            let deadline = state.deadline
            let now = now(state, cpu)
            // Nobody is told of the end of a single shot: it is over when it has passed.
            if case .none = notice, deadline.period == 0, deadline.next <= now { return (0, 0) }
            return (deadline.remaining(at: now), deadline.period)
        }
    }

    /// How often it was due beyond the first time when its signal was last taken.
    public var overruns: UInt32 { state.withLock { $0.overruns } }

    /// Arms it, or disarms it for a value of 0.
    ///
    /// - Parameter isAbsolute: whether the value is a time of the clock and not a distance from now.
    /// - Returns: what `current` was.
    public func set(value: UInt64, interval: UInt64, _ start: Start) -> (value: UInt64, interval: UInt64) {
        let old = current
        let cpu = cpuTime
        state.withLock { state in
            var isWall = false
            if case .wall = clock { isWall = start == .absolute }
            state.isWallTime = isWall
            state.isPending = false
            state.overruns = 0
            var next = value
            if value != 0, start == .relative {
                let (sum, overflow) = now(state, cpu).addingReportingOverflow(value)
                next = overflow ? .max : sum
            }
            state.deadline = PeriodicDeadline(next: next, period: interval)
            arm(state, cpu)
        }
        return old
    }

    /// What `set` is given a value of.
    public enum Start: Sendable {
        /// Nanoseconds from now.
        case relative
        /// A time of the clock.
        case absolute
    }

    /// The timer is deleted.
    func retire() {
        let (timer, process) = state.withLock { state -> (Timer?, Process?) in
            state.deadline = .none
            return (state.timer.take(), state.process.take())
        }
        if let timer { CurrentThread.scheduler.timers.retire(timer) }
        _ = process  // its last release, if this is one, happens outside of the lock
    }

    // MARK: Clocks

    /// The CPU time that it counts by, and how many threads add to it. Asked for without the timer's lock, because it
    /// takes others and holds threads meanwhile.
    private var cpuTime: (nanoseconds: UInt64, threads: UInt64) {
        switch clock {
        case .wall, .monotonic: return (0, 1)
        case .process:
            guard let process = state.withLock({ $0.process }) else { return (0, 1) }
            return (process.runTime, UInt64(max(1, process.threadCount)))
        case .thread(let task): return (task.runTime, 1)
        }
    }

    private func now(_ state: borrowing State, _ cpu: (nanoseconds: UInt64, threads: UInt64)) -> UInt64 {
        switch clock {
        case .wall: return state.isWallTime ? Clock.wallTime() : Clock.now().nanoseconds
        case .monotonic: return Clock.now().nanoseconds
        case .process, .thread: return cpu.nanoseconds
        }
    }

    private func arm(_ state: borrowing State, _ cpu: (nanoseconds: UInt64, threads: UInt64)) {
        guard let timer = state.timer else { return }
        var wakesNobody = false
        if case .none = notice { wakesNobody = true }
        let next = state.deadline.next
        if next == 0 || state.isPending || wakesNobody {
            CurrentThread.scheduler.timers.disarm(timer)
            return
        }
        let instant: UInt64
        switch clock {
        case .wall where state.isWallTime: instant = next > Clock.wallOffset ? next - Clock.wallOffset : 0
        case .wall, .monotonic: instant = next
        case .process, .thread:
            let left = cpu.nanoseconds < next ? next - cpu.nanoseconds : 0
            instant = Clock.now().advanced(byNanoseconds: max(left / cpu.threads, Self.patience)).nanoseconds
        }
        CurrentThread.scheduler.timers.arm(timer, at: Instant(nanoseconds: instant))
    }

    // MARK: Being due

    /// The wall clock was set.
    func wallTimeWasSet() { state.withLock { if $0.isWallTime, $0.deadline.isArmed { arm($0, (0, 1)) } } }

    /// Called by the timers.
    public func timerIsDue(_ timer: Timer) {
        let cpu = cpuTime
        let process = state.withLock { state -> Process? in
            guard state.deadline.isArmed, !state.isPending else { return nil }
            if now(state, cpu) < state.deadline.next {
                arm(state, cpu)
                return nil
            }
            state.isPending = true
            return state.process
        }
        if let process { send(to: process) }
    }

    private func send(to process: Process) {
        switch notice {
        case .none: break
        case .process(let signal, let value):
            if process.willIgnore(signal) { return signalWasDropped() }
            do throws(Errno) { try process.send(information(signal, value)) } catch { tryAgain() }
        case .thread(let task, let signal, let value):
            guard task.hasThread, !task.willIgnore(signal) else { return signalWasDropped() }
            do throws(Errno) { try task.send(information(signal, value)) } catch { tryAgain() }
        }
    }

    private func information(_ signal: SignalNumber, _ value: UInt64) -> SignalInformation {
        SignalInformation(
            signal: signal, code: .timer, detail: .timer(id: UInt32(bitPattern: id), overruns: 0, value: value))
    }

    /// The queue of signals was full.
    private func tryAgain() {
        state.withLock { state in
            state.isPending = false
            guard let timer = state.timer else { return }
            let soon = Clock.now().advanced(byNanoseconds: Self.patience)
            CurrentThread.scheduler.timers.arm(timer, at: soon)
        }
    }

    /// The signal was ignored: the next one may be wanted again. Not sooner than is worth looking.
    private func signalWasDropped() {
        let cpu = cpuTime
        state.withLock { state in
            state.isPending = false
            _ = state.deadline.pass(now(state, cpu))
            guard state.deadline.isArmed, let timer = state.timer else { return }
            arm(state, cpu)
            let soonest = Clock.now().advanced(byNanoseconds: Self.patience)
            if let armed = CurrentThread.scheduler.timers.deadline(of: timer), armed < soonest {
                CurrentThread.scheduler.timers.arm(timer, at: soonest)
            }
        }
    }

    /// A pending signal of this number was forgotten, because it is ignored from now on.
    func discarded(_ signal: SignalNumber) {
        switch notice {
        case .process(signal, _), .thread(_, signal, _):
            if state.withLock({ $0.isPending }) { signalWasDropped() }
        default: break
        }
    }

    /// Its signal was taken: goes on, and answers how often it was due beyond the first time.
    func signalWasTaken() -> UInt32 {
        let cpu = cpuTime
        return state.withLock { state in
            guard state.isPending else { return 0 }
            state.isPending = false
            let count = state.deadline.pass(now(state, cpu))
            state.overruns = UInt32(min(count == 0 ? 0 : count - 1, UInt64(Int32.max)))
            arm(state, cpu)
            return state.overruns
        }
    }
}
