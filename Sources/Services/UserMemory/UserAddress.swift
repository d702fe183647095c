// SPDX-License-Identifier: Apache-2.0
//
// An address that a program gave us: an allegation. It says nothing about what is there, and nothing can be done with
// it but to ask UserMemory to copy.

/// An address in a program.
public struct UserAddress: Hashable, Comparable, Sendable {
    /// The number that the program passed.
    public var rawValue: UInt

    /// Takes a number for an address.
    @inline(__always) public init(_ rawValue: UInt) { self.rawValue = rawValue }

    /// The null pointer.
    public static var null: UserAddress { UserAddress(0) }

    /// Whether it is the null pointer, which many calls take for "absent".
    public var isNull: Bool { rawValue == 0 }

    /// The address some bytes further on; wraps, and is then refused like any other bad address.
    @inline(__always) public func advanced(by bytes: Int) -> UserAddress {
        UserAddress(rawValue &+ UInt(bitPattern: bytes))
    }

    /// Lower addresses first.
    public static func < (a: UserAddress, b: UserAddress) -> Bool { a.rawValue < b.rawValue }
}
