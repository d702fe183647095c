// SPDX-License-Identifier: Apache-2.0
//
// timerfd_create(2): a timer as a file; a read takes the number of times that it was due. After the first time the timer
// rests until somebody reads or asks: the times that pass meanwhile are computed then, so a short period that nobody
// reads costs nothing.

public import Containers
public import Events
public import FileSystem
public import LinuxABI
import Scheduler
import Sync
public import Time
public import UserMemory

/// A timer that is read as a file.
///
/// Lock order: the wall time's wait queue before the timer's own lock, that one before the machine's timers.
public final class TimerFile: EventFile, TimerTarget, @unchecked Sendable {
    /// What the timer counts by.
    public enum TimerClock: Sendable {
        /// Time since the machine began.
        case monotonic
        /// The time of day, which can be set.
        case wall
    }

    /// What `set` is given a value of.
    public enum Start: Sendable {
        /// Nanoseconds from now.
        case relative
        /// A time of the clock.
        case absolute
        /// A time of the wall clock; reads fail if that is set meanwhile (`TFD_TIMER_CANCEL_ON_SET`).
        case cancelledWhenSet
    }

    private struct State: ~Copyable {
        var timer: Timer?
        var observer: WallTimeObserver?
        var deadline = PeriodicDeadline.none
        /// Whether the deadline is a time of day.
        var isWallTime = false
        /// How often it was due and nobody has read; not those after the first while it rests.
        var ticks: UInt64 = 0
        /// Whether the deadline has passed and the timer is not armed again yet.
        var isResting = false
        var canBeCancelled = false
        var isCancelled = false

        var now: UInt64 { isWallTime ? Clock.wallTime() : Clock.now().nanoseconds }
    }

    private let clock: TimerClock
    private let state = Spinlock(State(), .timerOwner)
    private let changed = WaitQueue()
    private let wallTimeSet: WaitQueue

    /// Creates a disarmed timer.
    ///
    /// - Parameter wallTimeSet: woken when the wall clock was set.
    /// - Throws: `OutOfMemory`.
    public init(
        _ volume: UnnamedVolume, _ clock: TimerClock, wallTimeSet: WaitQueue, _ flags: OpenFlags
    ) throws(OutOfMemory) {
        self.clock = clock
        self.wallTimeSet = wallTimeSet
        super.init(volume, flags)
        let timer = Timer(target: self)
        state.withLock { $0.timer = timer }
        if clock == .wall {
            let observer = WallTimeObserver(self)
            state.withLock { $0.observer = observer }
            wallTimeSet.add(observer)
        }
    }

    deinit {
        if let observer = state.withLock({ $0.observer }) { wallTimeSet.remove(observer) }
        if let timer = state.withLock({ $0.timer }) { CurrentThread.scheduler.timers.retire(timer) }
    }

    public override var anonymousName: StaticString { "anon_inode:[timerfd]" }

    // MARK: Setting

    /// Nanoseconds until it is due, 0 while it is disarmed, and the period.
    public var current: (value: UInt64, interval: UInt64) {
        state.withLock { state in
            catchUp(&state)
            return (state.deadline.remaining(at: state.now), state.deadline.period)
        }
    }

    /// Arms it, or disarms it for a value of 0.
    ///
    /// - Returns: what `current` was.
    /// - Throws: `.canceled` if the wall clock was set since the timer was set to be cancelled then; it is set anew all the
    ///   same.
    public func set(value: UInt64, interval: UInt64, _ start: Start) throws(Errno) -> (value: UInt64, interval: UInt64)
    {
        let old = current
        let wasCancelled = state.withLock { state -> Bool in
            let wasCancelled = state.canBeCancelled && state.isCancelled
            state.isWallTime = clock == .wall && start != .relative
            state.canBeCancelled = clock == .wall && start == .cancelledWhenSet
            state.isCancelled = false
            state.ticks = 0
            state.isResting = false
            var next = value
            if value != 0, start == .relative { next = Clock.now().advanced(byNanoseconds: value).nanoseconds }
            state.deadline = PeriodicDeadline(next: next, period: interval)
            arm(state)
            return wasCancelled && state.canBeCancelled
        }
        if wasCancelled { throw .canceled }
        return old
    }

    /// Arms the machine's timer for the deadline, or disarms it.
    private func arm(_ state: borrowing State) {
        guard let timer = state.timer else { return }
        let next = state.deadline.next
        if next == 0 || state.isResting {
            CurrentThread.scheduler.timers.disarm(timer)
            return
        }
        let instant = state.isWallTime ? (next > Clock.wallOffset ? next - Clock.wallOffset : 0) : next
        CurrentThread.scheduler.timers.arm(timer, at: Instant(nanoseconds: instant))
    }

    /// Counts what has passed while the timer rested, and arms it again.
    private func catchUp(_ state: inout State) {
        guard state.isResting else { return }
        // The first time is among the ticks already.
        let passed = state.deadline.pass(state.now)
        if passed > 0 { state.ticks &+= passed - 1 }
        state.isResting = false
        arm(state)
    }

    // MARK: Being due

    /// Called by the timers.
    public func timerIsDue(_ timer: Timer) {
        let isDue = state.withLock { state -> Bool in
            guard state.deadline.isArmed, !state.isResting else { return false }
            if state.now < state.deadline.next {
                arm(state)
                return false
            }
            state.ticks &+= 1
            if state.deadline.period == 0 { _ = state.deadline.pass(state.now) } else { state.isResting = true }
            return true
        }
        if isDue { changed.wakeAll(for: .readable) }
    }

    /// The wall clock was set.
    func wallTimeWasSet() {
        let isCancelled = state.withLock { state -> Bool in
            if state.isWallTime { arm(state) }
            guard state.canBeCancelled else { return false }
            state.isCancelled = true
            return true
        }
        if isCancelled { changed.wakeAll(for: .readable) }
    }

    // MARK: Reading

    private enum Taken { case nothing, cancelled, ticks(UInt64) }

    private func take() -> Taken {
        state.withLock { state in
            if state.isCancelled {
                state.isCancelled = false
                state.ticks = 0
                return .cancelled
            }
            if state.ticks == 0 { return .nothing }
            catchUp(&state)
            let ticks = state.ticks
            state.ticks = 0
            return .ticks(ticks)
        }
    }

    private var isReadable: Bool { state.withLock { $0.ticks > 0 || $0.isCancelled } }

    /// Waits until the timer has been due.
    ///
    /// - Throws: `.invalidArgument` for less than eight bytes, `.canceled`, `.wouldBlock`, `.interrupted`,
    ///   `.badAddress`.
    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int {
        if buffer.remaining < 8 { throw .invalidArgument }
        while true {
            switch take() {
            case .cancelled: throw .canceled
            case .ticks(let ticks):
                var value = LayoutBuffer<1>()
                value.store64(ticks, at: 0)
                try buffer.put(value.bytes)
                return 8
            case .nothing:
                if flags.contains(.nonBlocking) { throw .wouldBlock }
                do throws(WaitEnd) { try changed.wait { self.isReadable } } catch { throw .interrupted }
            }
        }
    }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw .invalidArgument
    }

    public override func poll() -> PollEvents { isReadable ? .readable : [] }

    public override var waitQueue: WaitQueue? { changed }
}
