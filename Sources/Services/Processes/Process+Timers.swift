// SPDX-License-Identifier: Apache-2.0
//
// The timers that timer_create(2) has made for a process, by number. They go with exec(2) and with the process.

public import Containers
internal import Events
public import LinuxABI
internal import Sync

/// A process's timers.
struct ProcessTimers: ~Copyable {
    var table = HashTable<UInt64, ProcessTimer>()
    var lastID: Int32 = -1
}

extension Process {
    /// Makes a timer.
    ///
    /// - Parameter notice: given the timer's number.
    /// - Throws: `OutOfMemory`.
    public func makeTimer(_ clock: ProcessClock, _ notice: (Int32) -> TimerNotice) throws(OutOfMemory) -> ProcessTimer {
        try timers.withLock { (timers) throws(OutOfMemory) -> ProcessTimer in
            try timers.table.reserve(1)
            var id = timers.lastID
            repeat { id = id == .max ? 0 : id + 1 } while timers.table.find(UInt64(id)) != nil
            let timer = try ProcessTimer(self, id: id, clock, notice(id))
            timers.lastID = id
            timers.table.insertReserved(UInt64(id), timer)
            return timer
        }
    }

    /// The timer of a number.
    public func timer(_ id: Int32) -> ProcessTimer? {
        timers.withLock { timers in
            guard id >= 0, let position = timers.table.find(UInt64(id)) else { return nil }
            return timers.table[position]
        }
    }

    /// Deletes a timer. - Returns: whether there was one.
    public func deleteTimer(_ id: Int32) -> Bool {
        guard id >= 0, let timer = timers.withLock({ $0.table.remove(UInt64(id)) }) else { return false }
        timer.retire()
        return true
    }

    /// Deletes all timers: exec, and the end.
    public func deleteTimers() {
        while let timer = timers.withLock({ timers -> ProcessTimer? in
            guard let position = timers.table.nextPosition(fromSlot: 0) else { return nil }
            return timers.table.remove(at: position)
        }) { timer.retire() }
    }

    /// The wall clock was set.
    func wallTimeWasSet() { forEachTimer { $0.wallTimeWasSet() } }

    /// Pending signals were forgotten.
    func timerSignalsDiscarded(_ signal: SignalNumber) { forEachTimer { $0.discarded(signal) } }

    private func forEachTimer(_ body: (ProcessTimer) -> Void) {
        timers.withLock { timers in
            var slot = 0
            while let position = timers.table.nextPosition(fromSlot: slot) {
                slot = position.slot + 1
                body(timers.table[position])
            }
        }
    }

    /// Completes what was taken from a queue of signals: a timer goes on when its signal is taken, and says how often it
    /// was due.
    func completing(_ information: SignalInformation) -> SignalInformation {
        guard case .timer(let id, _, let value) = information.detail else { return information }
        var completed = information
        let overruns = timer(Int32(bitPattern: id))?.signalWasTaken() ?? 0
        completed.detail = .timer(id: id, overruns: overruns, value: value)
        return completed
    }

    /// A thread of this process by its number.
    public func task(_ id: Int32) -> Task? {
        guard let task = system.task(id), task.process === self else { return nil }
        return task
    }

    /// Whether a signal to the process would have no effect.
    func willIgnore(_ signal: SignalNumber) -> Bool {
        guard signals.withLock({ $0.ignores(signal) }) else { return false }
        return !isBlockedEverywhere(signal)
    }
}

extension Task {
    /// Whether a signal to the thread would have no effect.
    func willIgnore(_ signal: SignalNumber) -> Bool {
        !mask.contains(signal) && process.signals.withLock { $0.ignores(signal) }
    }
}
