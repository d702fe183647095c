// SPDX-License-Identifier: Apache-2.0
//
// One CPU's part of the scheduler: who runs there, who is ready there, and the timer that ends a turn. Its lock is held
// with interrupts off; no two of these locks are ever held together, so a thread that moves is in no queue in between.

internal import Machine
internal import Sync
internal import Synchronization
internal import Time

/// One CPU's threads.
final class LocalScheduler: Sendable, TimerTarget {
    /// What others reach, too.
    struct State: ~Copyable {
        var queue = RunQueue()
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
        slice.timer = Timer(target: self)
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
        state.queue.insert(thread)
        readyCount.store(state.queue.count, ordering: .relaxed)
        return preempts(state, thread) || !state.sliceIsArmed ? .look : .waits
    }

    /// How much further a woken thread must be behind the running one to end its turn, in counter steps: about 1 ms.
    private static var patience: UInt64 { 2_000_000 }

    private func preempts(_ state: borrowing State, _ thread: LiveThread) -> Bool {
        if state.current == idle { return true }
        let policy = thread.scheduling.policy
        if policy.isRealTime { return thread.scheduling.rank < state.current.scheduling.rank }
        if policy.kind != .fair { return false }
        let ran = CPU.counter &- state.switchedAt
        return thread.scheduling.rank &+ LocalScheduler.patience < state.current.scheduling.rank &+ ran
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

    /// Makes another CPU the home of a thread that is in no queue. Its virtual time becomes relative to this queue's.
    func depart(_ state: borrowing State, _ thread: LiveThread, to cpu: Int) {
        thread.scheduling.virtualTime &-= state.queue.floor
        thread.scheduling.home = cpu
    }

    /// Takes a thread in whose home this has become.
    func arrive(_ thread: LiveThread) -> Entrance {
        state.withLock { state in
            thread.scheduling.virtualTime &+= state.queue.floor
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
        let now = CPU.counter
        let (previous, next) = state.withLock { state -> (LiveThread, LiveThread) in
            let current = state.current
            if status == .parked, current.scheduling.takePermit() { return (current, current) }
            let ran = now &- state.switchedAt
            state.switchedAt = now
            let scheduling = current.scheduling
            scheduling.stoppedAt = now
            scheduling.add(steps: ran, &state.queue.realTime)
            scheduling.status = status
            if status == .ready, current != idle {
                if scheduling.isAllowed(on: index) {
                    state.queue.insert(
                        current, beforeEquals: scheduling.policy.kind == .firstInFirstOut && !givesWay)
                } else {
                    own.with { $0.previousMoves = true }
                }
            }
            let next = state.queue.removeFirst() ?? idle
            readyCount.store(state.queue.count, ordering: .relaxed)
            next.scheduling.status = .running
            next.scheduling.isOnCPU = true
            state.current = next
            if !state.queue.isEmpty, !state.sliceIsArmed { armSlice(&state, now) }
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

    /// Arms the end of the turn. Rare: once for each slice while threads wait.
    @inline(never) private func armSlice(_ state: inout State, _ now: UInt64) {
        guard let length = state.queue.turn(of: state.current), let timer = slice.timer else { return }
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
