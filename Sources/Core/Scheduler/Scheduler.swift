// SPDX-License-Identifier: Apache-2.0
//
// Who runs. Threads park and are unparked; everything that waits is built on these two. Preemptive: an interrupt that
// makes a better thread ready, or the end of a slice, switches at the next preemptible point. Run queues are per CPU;
// there is one CPU today, and this type is that CPU's.

public import Containers
public import Machine
internal import Sync
internal import Synchronization
public import Time

/// The scheduler of the machine.
public final class Scheduler: Sendable, TimerTarget {
    /// How long a thread runs while others wait, in nanoseconds.
    static var slice: UInt64 { 3_000_000 }

    struct State: ~Copyable {
        var queue = RunQueue()
        var current: LiveThread
        let idle: LiveThread
        /// A thread that ended and whose stack can go once another thread stands on its own.
        var ended: LiveThread?
        var switchedAt: UInt64 = 0

        init(idle: Thread) {
            self.idle = LiveThread(idle)
            current = self.idle
        }
    }

    let state: Spinlock<State>
    /// Deadlines of everything that waits with a timeout.
    public let timers: TimerQueue
    private let serials = Atomic<UInt32>(1)
    let sliceTimer: SliceTimer

    /// Makes the running code the idle thread and permits switching.
    ///
    /// - Throws: `OutOfMemory`.
    @inline(never)  // runs once; its temporaries would stay in the boot stack's only frame
    public init(timers: TimerQueue) throws(OutOfMemory) {
        self.timers = timers
        let idle = Thread(serial: 0, body: nil, context: ThreadContext(adoptingBootStack: ()))
        idle.scheduling.status = .running
        state = Spinlock(State(idle: idle))
        sliceTimer = SliceTimer()
        sliceTimer.timer = try timers.makeTimer(target: self)
        CurrentThread.set(idle)
        _ = idle.retainForever()
        CurrentThread.use(self)
        _ = CPU.enablePreemption()
    }

    // MARK: Threads

    /// Starts a thread.
    ///
    /// - Parameter stackByteCount: whole pages; the kernel's own threads need no more than 16 KiB.
    /// - Throws: `OutOfMemory` when there is none for its stack.
    @discardableResult
    public func spawn(_ body: any ThreadBody, stackByteCount: Int = 16384) throws(OutOfMemory) -> Thread {
        let thread = try prepare(body, stackByteCount: stackByteCount)
        start(thread)
        return thread
    }

    /// Makes a thread that runs once it is started.
    ///
    /// - Throws: `OutOfMemory` when there is none for its stack.
    public func prepare(_ body: any ThreadBody, stackByteCount: Int = 16384) throws(OutOfMemory) -> Thread {
        let context = try ThreadContext(entry: threadEntry, argument: 0, stackByteCount: stackByteCount)
        let serial = serials.wrappingAdd(1, ordering: .relaxed).oldValue
        return Thread(serial: serial, body: body, context: context)
    }

    /// Makes a prepared thread ready.
    public func start(_ thread: Thread) {
        // The run queue holds unowned references: a thread keeps itself alive until it has ended.
        _ = thread.retainForever()
        state.withLock { state in
            thread.scheduling.virtualTime = state.queue.floor
            thread.scheduling.status = .ready
            state.queue.insert(thread)
        }
        requestSwitch()
    }

    /// Ends the running thread. Its stack is given back by the next thread that runs.
    public func endThread() -> Never {
        CPU.disableInterrupts()
        switchAway(.ended)
        fatalError("an ended thread ran")
    }

    // MARK: Waiting

    /// Waits until somebody unparks the running thread; returns at once if somebody has since its last park.
    ///
    /// - Context: thread; preemption permitted; no lock held.
    public func park() {
        let interrupts = CPU.saveInterrupts()
        switchAway(.parked)
        CPU.restoreInterrupts(interrupts)
    }

    /// Makes a parked thread ready, or its next park return at once.
    ///
    /// - Context: any but a hard interrupt.
    public func unpark(_ thread: Thread) {
        let shouldSwitch = state.withLock { state -> Bool in
            let scheduling = thread.scheduling
            switch scheduling.status {
            case .parked:
                scheduling.status = .ready
                state.queue.insert(thread)
                return state.current == state.idle
                    || scheduling.virtualTime + Scheduler.slice / 2 < state.current.with { $0.scheduling.virtualTime }
                    || state.queue.count == 1
            case .prepared, .running, .ready: scheduling.hasPermit = true
            case .ended: break
            }
            return false
        }
        if shouldSwitch { requestSwitch() } else { armSlice() }
    }

    /// Sets a reason for a thread's waits to end, and ends the one it is in.
    public func interrupt(_ thread: Thread, _ reason: Thread.Interruption) {
        _ = thread.interruption.bitwiseOr(reason.rawValue, ordering: .acquiringAndReleasing)
        if thread === CurrentThread.thread {
            CPU.pending.insert(.signal)
        } else {
            unpark(thread)
        }
    }

    /// Lets another ready thread run first.
    public func yield() {
        let interrupts = CPU.saveInterrupts()
        if state.withLock({ !$0.queue.isEmpty }) { switchAway(.ready) }
        CPU.restoreInterrupts(interrupts)
    }

    /// Switches if that is due. Called where the kernel may be left: at an interrupt's end, on the way to a program.
    ///
    /// - Context: interrupts off.
    public func preempt() {
        CPU.pending.remove(.reschedule)
        guard state.withLock({ !$0.queue.isEmpty }) else { return }
        switchAway(.ready)
    }

    private func requestSwitch() {
        let interrupts = CPU.saveInterrupts()
        CPU.pending.insert(.reschedule)
        let mayNow = CPU.preemptionDepth == 0 && interrupts & 0x200 != 0
        CPU.restoreInterrupts(interrupts)
        if mayNow, CPU.pending.contains(.reschedule) {
            let state = CPU.saveInterrupts()
            preempt()
            CPU.restoreInterrupts(state)
        }
    }

    // MARK: Switching

    /// Leaves the running thread in a status and runs the next one. Interrupts are off.
    private func switchAway(_ status: ThreadStatus) {
        let now = CPU.counter
        let (previous, next) = state.withLock { state -> (LiveThread, LiveThread) in
            let current = state.current
            if status == .parked, current.with({ $0.scheduling.takePermit() }) { return (current, current) }
            account(&state, now)
            current.with { thread in
                thread.scheduling.status = status
                if status == .ready, current != state.idle { state.queue.insert(thread) }
            }
            let next = state.queue.removeFirst().map { LiveThread($0) } ?? state.idle
            next.with { $0.scheduling.status = .running }
            state.current = next
            if status == .ended { state.ended = current }
            return (current, next)
        }
        guard previous != next else { return }
        CPU.pending.remove(.reschedule)
        previous.with { old in
            next.with { new in
                CurrentThread.set(new)
                // The bit is the CPU's, the reasons are the thread's: those that came while it did not run show now.
                if new.interruptions.isEmpty { CPU.pending.remove(.signal) } else { CPU.pending.insert(.signal) }
                if new.serial != 0 { armSlice() }
                ThreadContext.switchThreads(from: old.context, to: new.context)
            }
        }
        CurrentThread.scheduler.afterSwitch()
    }

    /// Adds the time since the last switch to the thread that ran.
    private func account(_ state: inout State, _ now: UInt64) {
        let ran = Clock.nanoseconds(steps: now &- state.switchedAt)
        state.switchedAt = now
        state.current.with { thread in
            thread.scheduling.runTime &+= ran
            thread.scheduling.virtualTime &+= ran
        }
    }

    /// What the thread that now runs does for the one that ran before.
    func afterSwitch() {
        let ended = state.withLock { state -> LiveThread? in
            let ended = state.ended
            state.ended = nil
            return ended
        }
        if let ended { ended.with { $0.releaseOwnReference() } }
    }

    /// Arms the slice timer while others wait. A queue that fills later arms it at that time.
    private func armSlice() {
        guard state.withLock({ !$0.queue.isEmpty }), let timer = sliceTimer.timer else { return }
        if timers.deadline(of: timer) == nil {
            timers.arm(timer, at: Clock.now().advanced(byNanoseconds: Scheduler.slice))
        }
    }

    /// The slice is over: somebody else's turn.
    public func timerIsDue(_ timer: Timer) {
        CPU.pending.insert(.reschedule)
        armSlice()
    }

    // MARK: Idling

    /// The boot thread's end: runs deferred work, waits for interrupts, and gives the CPU to whoever is ready.
    public func idle() -> Never {
        CPU.disableInterrupts()
        while true {
            if CPU.pending.contains(.deferred) { runDeferred() }
            if state.withLock({ !$0.queue.isEmpty }) {
                switchAway(.ready)
                continue
            }
            if !CPU.pending.contains(.deferred) { CPU.waitForInterrupt() }
        }
    }

    /// Set by the image: runs the interrupts' deferred work.
    private func runDeferred() { CurrentThread.deferredWork?() }

    /// Whether a thread waits until somebody unparks it.
    public func isParked(_ thread: Thread) -> Bool { state.withLock { _ in thread.scheduling.status == .parked } }

    /// CPU time of a thread in nanoseconds, the running one's up to now.
    public func runTime(of thread: Thread) -> UInt64 {
        state.withLock { state in
            let isRunning = state.current == LiveThread(thread)
            return thread.scheduling.runTime
                + (isRunning ? Clock.nanoseconds(steps: CPU.counter &- state.switchedAt) : 0)
        }
    }
}

/// Where a new thread begins: interrupts off, on its own stack. It ends here, or deeper: whatever it still holds a
/// reference to then, it holds for ever, so nothing is held on the way.
private let threadEntry: @convention(c) (UInt) -> Void = { _ in
    CurrentThread.scheduler.afterSwitch()
    CPU.enableInterrupts()
    CurrentThread.with { thread in thread.body?.run(on: thread) }
    CurrentThread.scheduler.endThread()
}
