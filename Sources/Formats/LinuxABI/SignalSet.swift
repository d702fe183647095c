// SPDX-License-Identifier: Apache-2.0
//
// A set of signals as the kernel's ABI has it: one 64-bit word, bit n-1 for signal n (sigset_t of the raw calls is
// eight bytes, whatever the C library's type is).

/// A set of signals.
///
/// - Layout: little-endian u64; bit `n - 1` is signal `n`.
/// - Source: sigprocmask(2), "C library/kernel differences".
public struct SignalSet: OptionSet, Hashable, Sendable {
    /// The word.
    public var rawValue: UInt64

    /// Creates the set from its word.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Creates the set of one signal.
    ///
    /// - Precondition: the number is valid.
    public init(_ signal: SignalNumber) {
        rawValue = 1 << (UInt64(signal.rawValue) - 1)
    }

    /// Every signal.
    public static var all: SignalSet { SignalSet(rawValue: .max) }

    /// `SIGKILL` and `SIGSTOP`, which are never blocked.
    public static var uncatchable: SignalSet { [SignalSet(.kill), SignalSet(.stop)] }

    /// The signals that a fault raises in the thread that caused it; they are delivered first.
    public static var synchronous: SignalSet {
        [
            SignalSet(.segmentationFault), SignalSet(.busError), SignalSet(.illegalInstruction), SignalSet(.trap),
            SignalSet(.floatingPointException), SignalSet(.badSystemCall),
        ]
    }

    /// Whether the signal is in the set.
    public func contains(_ signal: SignalNumber) -> Bool {
        rawValue >> (UInt64(signal.rawValue) - 1) & 1 != 0
    }

    /// Adds a signal.
    public mutating func insert(_ signal: SignalNumber) {
        rawValue |= 1 << (UInt64(signal.rawValue) - 1)
    }

    /// Removes a signal.
    public mutating func remove(_ signal: SignalNumber) {
        rawValue &= ~(1 << (UInt64(signal.rawValue) - 1))
    }

    /// The lowest signal of the set.
    public var first: SignalNumber? {
        rawValue == 0 ? nil : SignalNumber(rawValue: UInt8(rawValue.trailingZeroBitCount) + 1)
    }
}
