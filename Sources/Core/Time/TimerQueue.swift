// SPDX-License-Identifier: Apache-2.0
//
// All armed timers: a heap by deadline for each CPU, and that CPU's one-shot timer armed for the first of them. A timer is
// armed on the CPU that arms it and due there. No periodic tick: a machine with nothing to do until tomorrow sleeps until
// tomorrow.

internal import Machine
internal import Sync

/// The armed timers.
public final class TimerQueue: Sendable {
    private struct State: ~Copyable {
        var heap = TimerHeap()
        /// The timer whose owner is being told.
        var told: Timer?
    }

    /// One CPU's timers.
    private final class Local: Sendable {
        let state = Spinlock(State())
    }

    private let locals = PerCPU(Local())

    /// Creates an empty queue for the first CPU.
    public init() {}

    /// Makes the queue of a further CPU, before it runs.
    public func addCPU(_ index: Int) { locals.set(index, Local()) }

    /// Takes a timer back that will not be used again: its owner is not told any more once this returns.
    ///
    /// - Context: thread or deferred work; no lock held that the owner takes when it is told.
    public func retire(_ timer: Timer) {
        disarm(timer)
        while CPUs.limit > 1, isBeingToldElsewhere(timer) { CPU.relax() }
    }

    private func isBeingToldElsewhere(_ timer: Timer) -> Bool {
        let home = timer.place.home
        let interrupts = CPU.saveInterrupts()
        defer { CPU.restoreInterrupts(interrupts) }
        // Telling is not preempted: on this CPU it is over, or it is the caller.
        guard home != CPU.index else { return false }
        return locals.with(home) { $0.state.withLock { $0.told === timer } } ?? false
    }

    /// Arms a timer, or moves its deadline.
    ///
    /// - Context: any but a hard interrupt.
    public func arm(_ timer: Timer, at deadline: Instant) {
        let interrupts = CPU.saveInterrupts()
        defer { CPU.restoreInterrupts(interrupts) }
        let here = CPU.index
        while true {
            withHome(of: timer) { state in
                if timer.place.isArmed { state.heap.remove(timer) }
                timer.place.home = here
            }
            // Somebody else may arm it at the same time: the last one wins.
            let isFirst = locals.withCurrent { local in
                local.state.withLock { state -> Bool? in
                    guard timer.place.home == here, !timer.place.isArmed else { return nil }
                    state.heap.insert(timer, at: deadline)
                    return state.heap.first === timer
                }
            }
            guard let isFirst else { continue }
            if isFirst { HardwareTimer.arm(at: deadline) }
            return
        }
    }

    /// Disarms a timer; without effect if it is not armed.
    ///
    /// - Returns: whether it was armed.
    @discardableResult
    public func disarm(_ timer: Timer) -> Bool {
        withHome(of: timer) { state in
            guard timer.place.isArmed else { return false }
            state.heap.remove(timer)
            return true
        }
    }

    /// The deadline of a timer, or nil when it is not armed.
    public func deadline(of timer: Timer) -> Instant? {
        withHome(of: timer) { _ in timer.place.isArmed ? timer.place.deadline : nil }
    }

    /// Runs code with the lock of the heap that a timer is in, or was in last.
    private func withHome<R>(of timer: Timer, _ body: (inout State) -> R) -> R {
        while true {
            let home = timer.place.home
            let result = locals.with(home) { local in
                local.state.withLock { state -> R? in
                    timer.place.home == home ? body(&state) : nil
                }
            }
            if let result, let result { return result }
        }
    }

    /// Tells the owners of all timers of this CPU that are due, at most 64 at a time.
    ///
    /// - Context: deferred work.
    /// - Returns: whether some that are due are left.
    public func expire() -> Bool {
        for _ in 0..<64 where !locals.withCurrent({ TimerQueue.tellFirst($0) }) {
            program()
            return false
        }
        return true
    }

    /// Tells the owner of the first timer if it is due. - Returns: whether it was.
    private static func tellFirst(_ local: Local) -> Bool {
        let now = Clock.now()
        let due = local.state.withLock { state -> Timer? in
            guard let first = state.heap.first, first.place.deadline <= now else { return nil }
            state.heap.remove(first)
            state.told = first
            return first
        }
        guard let due else { return false }
        due.target.tell(due)
        // The queue's reference goes here, outside the lock.
        let told = local.state.withLock { $0.told.take() }
        _ = told
        return true
    }

    /// Arms this CPU's hardware for its first deadline.
    private func program() {
        let interrupts = CPU.saveInterrupts()
        let first = locals.withCurrent { $0.state.withLock { $0.heap.first?.place.deadline ?? .never } }
        HardwareTimer.arm(at: first)
        CPU.restoreInterrupts(interrupts)
    }
}
