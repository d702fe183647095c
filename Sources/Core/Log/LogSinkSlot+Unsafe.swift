// SPDX-License-Identifier: Apache-2.0
//
// The one place that knows the log's device: set during start-up, read by everybody, also in the middle of a crash,
// so it takes no lock.

/// A slot for the log's device; before there is one, text goes nowhere.
struct LogSinkSlot: @unchecked Sendable {
    nonisolated(unsafe) private static var device: (any LogSink)?

    func set(_ sink: any LogSink) {
        // SAFETY: written once by the first CPU before others run; a reader sees the old or the new reference.
        unsafe LogSinkSlot.device = sink
    }

    func write(_ bytes: RawSpan) { unsafe LogSinkSlot.device?.write(bytes) }
}

/// A slot for who else hears of a crash.
enum CrashListenerSlot {
    nonisolated(unsafe) private static var listener: (any CrashListener)?
    nonisolated(unsafe) private static var isWaiting = false

    static func set(_ new: any CrashListener) {
        // SAFETY: written once during start-up; a crash at that very moment sees the old or the new reference.
        unsafe listener = new
        unsafe isWaiting = true
    }

    /// The listener, for the first crash alone. The reference is kept for good: nothing may be freed in a crash.
    static func take() -> (any CrashListener)? {
        // SAFETY: only a crash reads it, with interrupts off.
        guard unsafe isWaiting else { return nil }
        unsafe isWaiting = false
        return unsafe listener
    }
}
