// SPDX-License-Identifier: Apache-2.0
//
// One CPU's part of the scheduler: who runs there, who is ready there, and the timer that ends a turn. Its lock is held
// with interrupts off; no two of these locks are ever held together, so a thread that moves is in no queue in between.

internal import Disciplines
internal import Machine
internal import Sync
internal import Synchronization
internal import Time

/// One CPU's threads.
final class LocalScheduler: Sendable, TimerTarget {
    /// What others reach, too.
    struct State: ~Copyable {
        var queue = ReadyQueue()
        var current: LiveThread
        /// The counter when `current` began to run.
        var switchedAt: UInt64
        /// The end of the turn is coming, whoever runs.
        var sliceIsArmed = false
    }

    /// What only this CPU touches, with interrupts off.
    struct Own: ~Copyable {
        /// Who ran before, until the one that runs now has looked after it.
        var previous: LiveThread?
        /// Whether it has to go to another CPU.
        var previousMoves = false
    }

    /// The CPU's number.
    let index: Int
    /// Who runs when nobody else can.
    let idle: LiveThread
    let state: Spinlock<State>
    let own = Confined(Own())
    /// How many threads are ready, for others to see without the lock.
    let readyCount = Atomic<Int>(0)
    private let slice = SliceTimer()

    init(_ index: Int, idle thread: Thread) {
        self.index = index
        idle = LiveThread(thread.retainForever())
        thread.scheduling.home = index
        thread.scheduling.status = .running
        state = Spinlock(State(current: idle, switchedAt: CPU.counter), .scheduler)
        if ReadyQueue.isPreemptive { slice.timer = Timer(target: self) }
    }

    // MARK: Entering

    /// What became of a thread that was to be made ready.
    enum Entrance {
        /// It is ready; the CPU should look, because the thread should run now or nobody counts its turn.
        case look
        /// It is ready and will have its turn.
        case waits
    }

    /// Puts a ready thread whose home this is into the queue.
    func enter(_ state: inout State, _ thread: LiveThread) -> Entrance {
        state.queue.enter(thread)
        readyCount.store(state.queue.count, ordering: .relaxed)
        // Where turns do not end, whoever ends one looks anyway: the idle thread after each interrupt.
        guard ReadyQueue.isPreemptive else { return .waits }
        return preempts(state, thread) || !state.sliceIsArmed ? .look : .waits
    }

    private func preempts(_ state: borrowing State, _ thread: LiveThread) -> Bool {
        if state.current == idle { return true }
        let start = state.switchedAt
        return state.queue.preempts(thread, state.current) { CPU.counter &- start }
    }

    /// Takes a ready thread for another CPU, which becomes its home.
    func giveAway(to cpu: Int) -> LiveThread? {
        state.withLock { state in
            guard let thread = state.queue.removeLast(for: cpu) else { return nil }
            readyCount.store(state.queue.count, ordering: .relaxed)
            depart(state, thread, to: cpu)
            return thread
        }
    }

    /// Makes another CPU the home of a thread that is in no queue. Its share becomes independent of this queue.
    func depart(_ state: borrowing State, _ thread: LiveThread, to cpu: Int) {
        state.queue.dismiss(thread)
        thread.scheduling.home = cpu
    }

    /// Takes a thread in whose home this has become.
    func arrive(_ thread: LiveThread) -> Entrance {
        state.withLock { state in
            state.queue.adopt(thread)
            return enter(&state, thread)
        }
    }

    // MARK: Switching

    /// Leaves the running thread in a status and runs the next one. Returns when the thread runs again, maybe on another
    /// CPU: nothing may follow but the look after the one that ran before.
    ///
    /// - Parameter givesWay: whether a ready thread of a first-in-first-out policy goes behind its equals, too.
    /// - Context: interrupts off; on this CPU.
    @inline(__always) func switchAway(_ status: ThreadStatus, givesWay: Bool) {
        let now = ReadyQueue.keepsRecords ? CPU.counter : 0
        let (previous, next) = state.withLock { state -> (LiveThread, LiveThread) in
            let current = state.current
            if status == .parked, current.scheduling.takePermit() { return (current, current) }
            if ReadyQueue.keepsRecords { record(&state, turnOf: current, until: now) }
            let scheduling = current.scheduling
            scheduling.status = status
            if status == .ready, current != idle {
                if scheduling.isAllowed(on: index) {
                    // The timer of turns runs while somebody waits, so that one that does not has ended this turn.
                    state.queue.enterAgain(
                        current, givesWay ? .yielded : state.sliceIsArmed ? .interrupted : .expired)
                } else {
                    own.with { $0.previousMoves = true }
                }
            }
            let next = state.queue.removeFirst() ?? idle
            readyCount.store(state.queue.count, ordering: .relaxed)
            next.scheduling.status = .running
            next.scheduling.isOnCPU = true
            state.current = next
            if ReadyQueue.isPreemptive, !state.queue.isEmpty, !state.sliceIsArmed { armSlice(&state) }
            return (current, next)
        }
        guard previous != next else { return }
        CPU.unmark(.reschedule)
        if previous == idle { CurrentThread.withScheduler { $0.endRest() } }
        own.with { $0.previous = previous }
        previous.with { old in
            next.with { new in
                CurrentThread.set(new)
                // The bit is the CPU's, the reasons are the thread's: those that came while it did not run show now.
                if new.wantsLook { CPU.mark(.signal) } else { CPU.unmark(.signal) }
                ThreadContext.switchThreads(from: old.context, to: new.context)
            }
        }
    }

    // MARK: Turns

    /// Counts the turn of the running thread.
    @inline(__always) private func record(_ state: inout State, turnOf thread: LiveThread, until now: UInt64) {
        let ran = now &- state.switchedAt
        state.switchedAt = now
        thread.scheduling.stoppedAt = now
        thread.scheduling.runTime &+= ran
        state.queue.charge(thread, steps: ran)
    }

    /// Arms the end of the turn. Rare: once for each slice while threads wait.
    @inline(never) private func armSlice(_ state: inout State) {
        guard let length = state.queue.slice(of: state.current), let timer = slice.timer else { return }
        state.sliceIsArmed = true
        CurrentThread.scheduler.timers.arm(timer, at: Clock.now().advanced(byNanoseconds: length))
    }

    /// The slice is over: somebody else's turn.
    func timerIsDue(_ timer: Timer) {
        let othersWait = state.withLock { state in
            state.sliceIsArmed = false
            return !state.queue.isEmpty
        }
        CPU.mark(.reschedule)
        if othersWait { CurrentThread.scheduler.callForHelp() }
    }

    /// Whether the CPU should switch: somebody waits, or the running thread may not run here any more.
    var shouldSwitch: Bool {
        state.withLock { state in
            !state.queue.isEmpty || state.current != idle && !state.current.scheduling.isAllowed(on: index)
        }
    }
}
