// SPDX-License-Identifier: Apache-2.0
//
// All armed timers, as a binary heap by deadline, and the hardware's one-shot timer armed for the first of them. No
// periodic tick: a machine with nothing to do until tomorrow sleeps until tomorrow.

public import Containers
internal import Machine
internal import Sync

#if os(none)
internal import X86_64
#endif

/// The armed timers.
public final class TimerQueue: Sendable {
    private struct Entry {
        var deadline: Instant
        var timer: Timer
    }

    private struct State: ~Copyable {
        var heap = UniqueArray<Entry>()
        var reserved = 0
    }

    private let state = Spinlock(State())

    /// Creates an empty queue.
    public init() {}

    /// Makes a timer and the room for it.
    ///
    /// - Throws: `OutOfMemory`.
    public func makeTimer(target: any TimerTarget) throws(OutOfMemory) -> Timer {
        try reserve()
        return Timer(target: target)
    }

    /// Keeps room for one more timer. The array grows outside the lock, because growing allocates.
    private func reserve() throws(OutOfMemory) {
        while true {
            let needed = state.withLock { state -> Int in
                if state.heap.capacity > state.reserved {
                    state.reserved += 1
                    return 0
                }
                return max(16, state.reserved * 2)
            }
            if needed == 0 { return }
            var larger = try UniqueArray<Entry>(capacity: needed)
            state.withLock { state in
                guard state.heap.capacity < needed else { return }
                for i in 0..<state.heap.count { larger.appendReserved(state.heap[i]) }
                swap(&state.heap, &larger)
            }
        }
    }

    /// Gives the room of a timer back that will not be used again.
    public func retire(_ timer: Timer) {
        disarm(timer)
        state.withLock { $0.reserved -= 1 }
    }

    /// Arms a timer, or moves its deadline.
    ///
    /// - Context: any but a hard interrupt.
    public func arm(_ timer: Timer, at deadline: Instant) {
        let isFirst = state.withLock { state -> Bool in
            let index = timer.place.index
            if index >= 0 {
                state.heap[index].deadline = deadline
                TimerQueue.settle(&state.heap, index)
            } else {
                timer.place.index = state.heap.count
                state.heap.appendReserved(Entry(deadline: deadline, timer: timer))
                TimerQueue.settle(&state.heap, state.heap.count - 1)
            }
            return timer.place.index == 0
        }
        if isFirst { program() }
    }

    /// Disarms a timer; without effect if it is not armed.
    ///
    /// - Returns: whether it was armed.
    @discardableResult
    public func disarm(_ timer: Timer) -> Bool {
        state.withLock { state in
            let index = timer.place.index
            guard index >= 0 else { return false }
            _ = TimerQueue.remove(&state.heap, index)
            return true
        }
    }

    /// The deadline of a timer, or nil when it is not armed.
    public func deadline(of timer: Timer) -> Instant? {
        state.withLock {
            $0.heap.count > timer.place.index && timer.place.index >= 0 ? $0.heap[timer.place.index].deadline : nil
        }
    }

    /// Tells the owners of all timers that are due, at most 64 at a time.
    ///
    /// - Context: deferred work.
    /// - Returns: whether some that are due are left.
    public func expire() -> Bool {
        for _ in 0..<64 {
            let now = Clock.now()
            let due = state.withLock { state -> Timer? in
                guard !state.heap.isEmpty, state.heap[0].deadline <= now else { return nil }
                return TimerQueue.remove(&state.heap, 0)
            }
            guard let due else {
                program()
                return false
            }
            due.target.tell(due)
        }
        return true
    }

    /// Arms the hardware for the first deadline.
    private func program() {
        let first = state.withLock { $0.heap.isEmpty ? Instant.never : $0.heap[0].deadline }
        HardwareTimer.arm(at: first)
    }

    // MARK: The heap

    private static func settle(_ heap: inout UniqueArray<Entry>, _ start: Int) {
        var index = start
        while index > 0, heap[index].deadline < heap[(index - 1) / 2].deadline {
            exchange(&heap, index, (index - 1) / 2)
            index = (index - 1) / 2
        }
        while true {
            var least = index
            for child in (2 * index + 1)..<(2 * index + 3)
            where child < heap.count && heap[child].deadline < heap[least].deadline { least = child }
            if least == index { return }
            exchange(&heap, index, least)
            index = least
        }
    }

    private static func exchange(_ heap: inout UniqueArray<Entry>, _ a: Int, _ b: Int) {
        let entry = heap[a]
        heap[a] = heap[b]
        heap[b] = entry
        heap[a].timer.place.index = a
        heap[b].timer.place.index = b
    }

    private static func remove(_ heap: inout UniqueArray<Entry>, _ index: Int) -> Timer {
        let last = heap.count - 1
        if index != last { exchange(&heap, index, last) }
        let entry = heap.removeLast()
        entry.timer.place.index = -1
        if index < heap.count { settle(&heap, index) }
        return entry.timer
    }
}
