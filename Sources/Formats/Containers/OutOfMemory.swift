// SPDX-License-Identifier: Apache-2.0
//
// The one error of allocation. Everything whose size a program chooses grows through containers that throw it;
// system calls map it to `Errno.noMemory` or `Errno.noSpace` at their edge.

/// The failure to get memory.
public struct OutOfMemory: Error, Equatable, Sendable {
    /// Creates the error.
    public init() {}
}
