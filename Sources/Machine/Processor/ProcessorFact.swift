// SPDX-License-Identifier: Apache-2.0
//
// A description of the CPU in pieces, for texts that people and programs read: the architecture knows the words, whoever
// shows them knows where to.

/// A piece of the description of a CPU.
public enum ProcessorFact: Sendable {
    /// Fixed text.
    case text(StaticString)
    /// A number, to be shown in decimal.
    case number(UInt64)
    /// One byte of text that the CPU told.
    case byte(UInt8)
    /// The frequency in MHz with three decimals, which the clock knows better than the CPU.
    case megahertz
    /// Twice the frequency in MHz with two decimals: what Linux calculates where it need not measure.
    case bogomips
    /// The CPU's number.
    case cpu
    /// How many CPUs there are.
    case cpuCount
}
