// SPDX-License-Identifier: Apache-2.0
//
// Where exec put things in the program, for /proc/PID/cmdline, environ, auxv and stat.

/// Addresses of a running program's words.
public struct ProgramImage: Sendable {
    /// The arguments' strings.
    public var arguments: Range<UInt64> = 0..<0
    /// The environment's strings.
    public var environment: Range<UInt64> = 0..<0
    /// The auxiliary vector.
    public var auxiliary: Range<UInt64> = 0..<0
    /// Code and data of the executable.
    public var code: Range<UInt64> = 0..<0
    /// The initial stack pointer.
    public var stackStart: UInt64 = 0

    /// Creates an image of which nothing is known.
    public init() {}
}
