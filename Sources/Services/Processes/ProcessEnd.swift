// SPDX-License-Identifier: Apache-2.0
//
// How a process ended, and the number that wait(2) packs it into.

public import LinuxABI

/// The end of a process.
public enum ProcessEnd: Equatable, Sendable {
    /// It called exit with a status.
    case exited(status: UInt8)
    /// A signal ended it.
    case killed(SignalNumber, CoreDump)

    /// Whether a core dump would have been written; there are none here, but wait(2) reports the flag.
    public enum CoreDump: Equatable, Sendable {
        /// No dump.
        case none
        /// The signal's default action is to dump core, and RLIMIT_CORE permits it.
        case wanted
    }

    /// The status word of wait(2).
    public var waitStatus: UInt32 {
        switch self {
        case .exited(let status): return UInt32(status) << 8
        case .killed(let signal, let dump): return UInt32(signal.rawValue) | (dump == .wanted ? 0x80 : 0)
        }
    }
}
