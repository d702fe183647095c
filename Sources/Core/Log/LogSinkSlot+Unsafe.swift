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
