// SPDX-License-Identifier: Apache-2.0

// Signals as something to be read in a poll loop, instead of handlers that interrupt anything.

internal import CHost
internal import Glibc

/// Receives signals of this process until it goes away.
public final class SignalReceiver: Sendable {
    /// Becomes readable when a signal waits.
    public let descriptor: Descriptor
    private let signals: [Int32]

    /// Blocks the signals and begins to collect them.
    public init(_ signals: [Int32]) throws(SystemCallError) {
        let number = chost_signal_descriptor(signals, Int32(signals.count))
        guard number >= 0 else { throw SystemCallError("signalfd", number: errno) }
        self.signals = signals
        descriptor = Descriptor(owning: number)
    }

    deinit { chost_unblock_signals(signals, Int32(signals.count)) }

    /// The next signal, nil if none waits.
    public func next() -> Int32? {
        let signal = chost_next_signal(descriptor.number)
        return signal == 0 ? nil : signal
    }
}
