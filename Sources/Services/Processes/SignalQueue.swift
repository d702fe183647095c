// SPDX-License-Identifier: Apache-2.0
//
// Signals that were sent and not yet taken: a set, and for those that carry information a queue. A standard signal is
// kept once, a real-time signal as often as it was sent, up to a limit (signal(7)). The room for information is made
// outside of the lock that guards a queue, because making it allocates.

public import Containers
public import LinuxABI

/// Pending signals of a process or of a thread.
public struct SignalQueue: ~Copyable {
    /// Which are pending.
    public private(set) var set: SignalSet = []
    private var entries = UniqueArray<SignalInformation>()
    /// How many entries a queue may have (RLIMIT_SIGPENDING is counted per user on Linux; here per queue).
    static var limit: Int { 128 }

    /// Creates an empty queue.
    public init() {}

    /// Whether one more entry fits without allocating.
    var hasRoom: Bool { entries.count < entries.capacity }
    /// Entries that there is room for.
    var capacity: Int { entries.capacity }

    /// Replaces the storage by a larger one.
    mutating func adopt(_ larger: consuming UniqueArray<SignalInformation>) {
        var larger = larger
        guard larger.capacity > entries.capacity else { return }
        for i in 0..<entries.count { larger.appendReserved(entries[i]) }
        entries = larger
    }

    /// Adds a signal. Without room, a standard signal is kept without its information.
    ///
    /// - Returns: false if a real-time signal found no room (EAGAIN).
    mutating func add(_ information: SignalInformation) -> Bool {
        let signal = information.signal
        // A timer counts on being told when its own signal is taken, so that one is always queued.
        var isTimers = false
        if case .timer = information.detail { isTimers = true }
        if !signal.isRealTime, set.contains(signal), !isTimers { return true }
        if hasRoom {
            entries.appendReserved(information)
        } else if signal.isRealTime || isTimers {
            return false
        }
        set.insert(signal)
        return true
    }

    /// Takes the next signal that is not blocked: those that an instruction raised first, then by number.
    mutating func take(unblocked mask: SignalSet) -> SignalInformation? {
        let deliverable = set.subtracting(mask)
        guard let signal = deliverable.intersection(.synchronous).first ?? deliverable.first else { return nil }
        return remove(signal)
    }

    /// Takes one of a set of signals, for sigtimedwait(2).
    mutating func take(of wanted: SignalSet) -> SignalInformation? {
        guard let signal = set.intersection(wanted).first else { return nil }
        return remove(signal)
    }

    private mutating func remove(_ signal: SignalNumber) -> SignalInformation {
        var found: SignalInformation?
        var more = false
        var i = 0
        while i < entries.count {
            if entries[i].signal == signal {
                if found == nil {
                    found = entries.remove(at: i)
                    continue
                }
                more = true
            }
            i += 1
        }
        if !more { set.remove(signal) }
        return found ?? SignalInformation(signal: signal, code: .user, detail: .sender(processID: 0, userID: 0))
    }

    /// Forgets a signal: its action has become "ignore".
    mutating func discard(_ signals: SignalSet) {
        set.subtract(signals)
        var i = 0
        while i < entries.count {
            if signals.contains(entries[i].signal) { _ = entries.remove(at: i) } else { i += 1 }
        }
    }
}
