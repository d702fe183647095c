// SPDX-License-Identifier: Apache-2.0
//
// Sending signals and setting actions (signal(7), sigaction(2)). Delivery is the personality's, because it writes the
// program's stack.

internal import Containers
internal import Events
public import LinuxABI
internal import Sync

extension Process {
    /// What is done about a signal.
    public func action(for signal: SignalNumber) -> SignalAction { signals.withLock { $0[signal] } }

    /// Sets what is done about a signal. A pending signal that becomes ignored is forgotten.
    ///
    /// - Precondition: not SIGKILL or SIGSTOP.
    /// - Returns: the action before.
    public func setAction(_ action: SignalAction, for signal: SignalNumber) -> SignalAction {
        let (old, isIgnored) = signals.withLock { signals -> (SignalAction, Bool) in
            let old = signals[signal]
            signals[signal] = action
            let isIgnored = signals.ignores(signal)
            if isIgnored { signals.pending.discard(SignalSet(signal)) }
            return (old, isIgnored)
        }
        if isIgnored {
            forEachTask { $0.discardPending(SignalSet(signal)) }
            timerSignalsDiscarded(signal)
        }
        return old
    }

    /// Takes the handler away and keeps everything else of the action: what a one-shot handler leaves (SA_RESETHAND).
    public func resetHandler(for signal: SignalNumber) {
        signals.withLock { $0[signal].handler = SignalAction.byDefault.handler }
    }

    /// Signals that were sent to the process as a whole and not yet taken.
    public var pendingSignals: SignalSet { signals.withLock { $0.pending.set } }

    /// Sets all caught signals back to their default action: exec.
    public func resetActions() {
        signals.withLock { signals in
            for number in 1...SignalNumber.last {
                let signal = SignalNumber(rawValue: number)
                if !signals[signal].isIgnored { signals[signal] = .byDefault }
            }
        }
    }

    /// Sends a signal to the process as a whole: some thread that does not block it takes it.
    ///
    /// - Throws: `.resourceTemporarilyUnavailable` when a real-time signal finds no room.
    /// - Context: any but a hard interrupt.
    public func send(_ information: SignalInformation) throws(Errno) {
        let signal = information.signal
        var room = SignalRoom()
        while true {
            let outcome = signals.withLock { signals -> SignalRoom.Outcome in
                if signals.ignores(signal), !self.isBlockedEverywhere(signal) { return .done }
                if room.isNeeded(by: signals.pending) { return .needsRoom(signals.pending.capacity) }
                room.give(to: &signals.pending)
                return signals.pending.add(information) ? .added : .refused
            }
            switch outcome {
            case .done: return
            case .refused: throw .resourceTemporarilyUnavailable
            case .needsRoom(let capacity): room.make(beyond: capacity)
            case .added:
                wakeTask(for: signal)
                return
            }
        }
    }

    /// Whether every thread blocks a signal, so that even an ignored one stays pending.
    func isBlockedEverywhere(_ signal: SignalNumber) -> Bool {
        state.withLock { state in
            var serial: UInt64 = 0
            while let (next, task) = state.threads.next(after: serial) {
                if !task.mask.contains(signal) { return false }
                serial = next
            }
            return serial != 0
        }
    }

    /// Signals that were sent to the process as a whole and that no thread has taken yet.
    var sharedPending: SignalSet { signals.withLock { $0.pending.set } }

    /// Makes some thread look at each of these signals, which were meant for a thread that cannot take them any more.
    func wakeForPending(_ signals: SignalSet) {
        var left = signals
        while let signal = left.first {
            left.remove(signal)
            wakeTask(for: signal)
        }
    }

    private func wakeTask(for signal: SignalNumber) {
        var chosen: Task?
        forEachTask { task in
            if chosen == nil, !task.mask.contains(signal) || signal.isUncatchable { chosen = task }
        }
        chosen?.notice()
        waitQueue.wakeAll()
    }
}

/// Room for one more pending signal, made outside of the lock under which it is used.
struct SignalRoom: ~Copyable {
    enum Outcome { case done, added, refused, needsRoom(Int) }

    private var storage = UniqueArray<SignalInformation>()
    private var isExhausted = false

    /// Whether the queue is full and could still grow.
    func isNeeded(by queue: borrowing SignalQueue) -> Bool {
        !queue.hasRoom && storage.capacity <= queue.capacity && !isExhausted
    }

    mutating func make(beyond capacity: Int) {
        guard capacity < SignalQueue.limit else {
            isExhausted = true
            return
        }
        do throws(OutOfMemory) {
            storage = try UniqueArray(capacity: min(SignalQueue.limit, max(4, capacity * 2)))
        } catch {
            isExhausted = true  // a standard signal goes without its information, a real-time one is refused
        }
    }

    mutating func give(to queue: inout SignalQueue) {
        guard storage.capacity > queue.capacity else { return }
        var taken = UniqueArray<SignalInformation>()
        swap(&taken, &storage)
        queue.adopt(taken)
    }
}
