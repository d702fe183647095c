// SPDX-License-Identifier: Apache-2.0
//
// The three kinds of number that an address can be. A physical address or a frame is never dereferenced: DirectMap
// turns it into memory. A program's address is none of these; it is UserMemory's UserAddress.

/// The size of a page and of a frame, in bytes: the smallest on every architecture here.
public let pageSize = 4096

/// An address on the memory bus.
public struct PhysicalAddress: Hashable, Comparable, Sendable {
    /// Bytes from the start of the bus.
    public var rawValue: UInt64

    /// Creates the address from its number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// The frame that holds this address.
    public var frame: FrameNumber { FrameNumber(UInt32(truncatingIfNeeded: rawValue >> 12)) }

    /// The order of the bus.
    public static func < (a: PhysicalAddress, b: PhysicalAddress) -> Bool { a.rawValue < b.rawValue }
}

/// A physical page: its address divided by `pageSize`. 32 bits reach 16 TiB.
public struct FrameNumber: Hashable, Comparable, Sendable {
    /// The physical address divided by `pageSize`.
    public var rawValue: UInt32

    /// Creates the frame from its number.
    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The address of the frame's first byte.
    public var physicalAddress: PhysicalAddress { PhysicalAddress(UInt64(rawValue) << 12) }

    /// The order of the bus.
    public static func < (a: FrameNumber, b: FrameNumber) -> Bool { a.rawValue < b.rawValue }

    /// The frame `count` frames after this one.
    public func advanced(by count: Int) -> FrameNumber { FrameNumber(rawValue &+ UInt32(truncatingIfNeeded: count)) }
}
