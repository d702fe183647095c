// SPDX-License-Identifier: Apache-2.0
//
// The signals of a process: what it wants done about each, and what was sent to it as a whole.

internal import Containers
public import LinuxABI

/// Signal actions and pending signals, guarded by the process's lock.
struct SignalState: ~Copyable {
    private var actions: UniqueArray<SignalAction>
    var pending = SignalQueue()

    init() throws(OutOfMemory) {
        actions = try UniqueArray(capacity: 64)
        for _ in 0..<64 { actions.appendReserved(.byDefault) }
    }

    subscript(signal: SignalNumber) -> SignalAction {
        get { actions[Int(signal.rawValue) - 1] }
        set { actions[Int(signal.rawValue) - 1] = newValue }
    }

    /// Whether a signal would have no effect when delivered.
    func ignores(_ signal: SignalNumber) -> Bool {
        let action = self[signal]
        if action.isIgnored { return true }
        guard action.isDefault else { return false }
        switch signal.defaultAction {
        case .ignore: return true
        default: return false
        }
    }
}
