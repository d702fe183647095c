// SPDX-License-Identifier: Apache-2.0
//
// The slot of a timeout's timer, which exists only once the timeout does.

internal import Time

/// A timer that is set right after its owner was made and cleared before the owner goes.
final class TimeoutTimer: @unchecked Sendable {
    nonisolated(unsafe) private var stored: Timer?
    // SAFETY: only the waiting thread touches it.
    var timer: Timer? {
        get { unsafe stored }
        set { unsafe stored = newValue }
    }
}
