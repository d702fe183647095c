// SPDX-License-Identifier: Apache-2.0
//
// What a program puts into the system call register. The numbers themselves differ by architecture and are in
// SystemCallNumber+<architecture>.swift; which calls are implemented is the Linux personality's table, not this file.

/// The number of a Linux system call.
public struct SystemCallNumber: RawRepresentable, Hashable, Sendable {
    /// The number, as in the system call register.
    public let rawValue: UInt32

    /// Creates the number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}
