// SPDX-License-Identifier: Apache-2.0
//
// Who runs. Threads park and are unparked; everything that waits is built on these two. In which order ready threads run,
// and whether turns end without their doing, is the discipline's affair (ChosenDiscipline): where they do, an interrupt that
// makes a better thread ready, or the end of a slice, switches at the next preemptible point. Each CPU has its own queue
// (LocalScheduler); a thread that is woken goes to an idle CPU if there is one, and a CPU without work takes some from
// another.

public import Containers
public import Machine
internal import Sync
internal import Synchronization
public import Time

/// The scheduler of the machine.
public final class Scheduler: Sendable {
    let locals: PerCPU<LocalScheduler>
    /// Deadlines of everything that waits with a timeout.
    public let timers: TimerQueue
    private let serials = Atomic<UInt32>(1)
    /// CPUs that have nobody to run, as bits.
    let idleCPUs = Atomic<UInt64>(0)
    /// Every thread that was started and has not ended.
    let threads = Spinlock(StartedThreads(), .threads)

    /// Makes the running code the idle thread of the first CPU and permits switching.
    ///
    /// - Throws: `OutOfMemory`.
    @inline(never)  // runs once; its temporaries would stay in the boot stack's only frame
    public init(timers: TimerQueue) throws(OutOfMemory) {
        self.timers = timers
        let idle = Thread(serial: 0, body: nil, context: ThreadContext(adoptingBootStack: ()))
        locals = PerCPU(LocalScheduler(0, idle: idle))
        CurrentThread.set(idle)
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

    /// Makes a prepared thread ready, on the CPU that has the least to do.
    public func start(_ thread: Thread) {
        // The run queue holds unowned references: a thread keeps itself alive until it has ended.
        _ = thread.retainForever()
        let target = leastLoaded(for: thread)
        thread.scheduling.home = target
        thread.scheduling.status = .ready
        if ReadyQueue.keepsRecords { enterRecord(of: thread) }
        settle(LiveThread(thread), on: target)
    }

    private func enterRecord(of thread: Thread) {
        thread.scheduling.stoppedAt = CPU.counter
        threads.withLock { $0.enter(LiveThread(thread)) }
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
        SpinlockCheck.verifyNone()
        let interrupts = CPU.saveInterrupts()
        switchAway(.parked)
        CPU.restoreInterrupts(interrupts)
    }

    /// What an attempt to wake a thread found.
    private enum Waking {
        /// It waits for its turn now.
        case entered(LocalScheduler.Entrance)
        /// It is on its way to another CPU.
        case departed(Int)
        /// It was not parked.
        case awake(isRunning: Bool)
    }

    /// Makes a parked thread ready, or its next park return at once.
    ///
    /// - Context: any but a hard interrupt.
    public func unpark(_ thread: Thread) { _ = wake(LiveThread(thread)) }

    /// - Returns: the CPU that runs it, if it runs.
    private func wake(_ thread: LiveThread) -> Int? {
        let scheduling = thread.scheduling
        while true {
            let home = scheduling.home
            let waking = locals.with(home) { local in
                local.state.withLock { state -> Waking? in
                    guard scheduling.home == home else { return nil }
                    guard scheduling.status == .parked else {
                        if scheduling.status != .ended { scheduling.hasPermit = true }
                        return .awake(isRunning: scheduling.status == .running)
                    }
                    scheduling.status = .ready
                    let target = self.target(for: thread, from: home)
                    if target == home { return .entered(local.enter(&state, thread)) }
                    local.depart(state, thread, to: target)
                    return .departed(target)
                }
            }
            guard let waking, let waking else { continue }
            switch waking {
            case .entered(let entrance): if entrance == .look { tell(home) }
            case .departed(let target): arrive(thread, on: target)
            case .awake(let isRunning): return isRunning ? home : nil
            }
            return nil
        }
    }

    /// Sets a reason for a thread's waits to end, and ends the one it is in.
    public func interrupt(_ thread: Thread, _ reason: Thread.Interruption) {
        _ = thread.interruption.bitwiseOr(reason.rawValue, ordering: .acquiringAndReleasing)
        if thread === CurrentThread.thread {
            CPU.mark(.signal)
        } else if let cpu = wake(LiveThread(thread)) {
            CPUs.interrupt(cpu, .look)
        }
    }

    /// Lets another ready thread run first, one of the same priority, too.
    public func yield() {
        let interrupts = CPU.saveInterrupts()
        if locals.withCurrent({ $0.shouldSwitch }) { switchAway(.ready, givesWay: true) }
        CPU.restoreInterrupts(interrupts)
    }

    /// Switches if that is due. Called where the kernel may be left: at an interrupt's end, on the way to a program.
    ///
    /// - Context: interrupts off.
    public func preempt() {
        CPU.unmark(.reschedule)
        if locals.withCurrent({ $0.shouldSwitch }) { switchAway(.ready) }
    }

    // MARK: Telling CPUs

    /// Makes a CPU look at its queue: this one before it runs a program again, or at the next interrupt. Not at once: who
    /// wakes somebody mostly holds a lock that the other one wants.
    func tell(_ cpu: Int) {
        let interrupts = CPU.saveInterrupts()
        if cpu == CPU.index { CPU.mark(.reschedule) } else { CPUs.interrupt(cpu, .look) }
        CPU.restoreInterrupts(interrupts)
    }

    // MARK: Switching

    /// Leaves the running thread in a status and runs the next one. Interrupts are off.
    func switchAway(_ status: ThreadStatus, givesWay: Bool = false) {
        locals.withCurrent { $0.switchAway(status, givesWay: givesWay) }
        afterSwitch()
    }

    /// What the thread that now runs does for the one that ran before on this CPU, whose stack is free of it now.
    func afterSwitch() {
        let (previous, moves) = locals.withCurrent { local in
            local.own.with { own in
                let moves = own.previousMoves
                own.previousMoves = false
                return (own.previous.take(), moves)
            }
        }
        guard let previous else { return }
        if previous.scheduling.status == .ended {
            if ReadyQueue.keepsRecords { threads.withLock { $0.leave(previous) } }
            return previous.with { $0.releaseOwnReference() }
        }
        previous.scheduling.isOnCPU = false
        if CPUs.limit > 1, moves { move(previous) }
    }

    // MARK: Idling

    /// Says that this CPU has nobody to run: others send it threads, and need not tell it of changed translations.
    private func beginRest() {
        _ = idleCPUs.bitwiseOr(1 << UInt64(CPU.index), ordering: .sequentiallyConsistent)
        Translations.rest()
    }

    /// The CPU goes from its idle thread to another one.
    @inline(never) func endRest() {
        guard CPUs.count > 1 else { return }
        _ = idleCPUs.bitwiseAnd(~(1 << UInt64(CPU.index)), ordering: .sequentiallyConsistent)
        Translations.resume()
        CurrentThread.endOfRest?()
    }

    /// The boot thread's end, and all that other CPUs' first threads do: runs deferred work, waits for interrupts, and
    /// gives the CPU to whoever is ready, here or on a CPU that is busy.
    public func idle() -> Never {
        CPU.disableInterrupts()
        while true {
            if CPU.pending.contains(.deferred) { CurrentThread.deferredWork?() }
            CPU.unmark(.reschedule)
            if locals.withCurrent({ $0.shouldSwitch }) || CPUs.count > 1 && takeWork() {
                switchAway(.ready)
                continue
            }
            if CPUs.count > 1 { beginRest() }
            // The interrupt that ends this may switch at once: leaving the rest is the switch's affair.
            if !CPU.pending.contains(.deferred) { CPU.waitForInterrupt() }
        }
    }
}

/// Where a new thread begins: interrupts off, on its own stack. It ends here, or deeper: whatever it still holds a
/// reference to then, it holds for ever, so nothing is held on the way.
private let threadEntry: @convention(c) (UInt) -> Void = { _ in
    CurrentThread.withScheduler { $0.afterSwitch() }
    CPU.enableInterrupts()
    CurrentThread.with { thread in thread.body?.run(on: thread) }
    CurrentThread.withScheduler { $0.endThread() }
}
