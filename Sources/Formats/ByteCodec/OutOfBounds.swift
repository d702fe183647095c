// SPDX-License-Identifier: Apache-2.0

// The one way in which reading an integer can fail.
// Every parser above maps it to an error of its own that says which structure was cut short.
// Neighbours: RawSpan+Integers+Unsafe.swift, ByteReader.swift.

/// A read outside the bytes that exist.
public struct OutOfBounds: Error, Equatable, Sendable {
    /// First byte that was wanted, from the beginning of the sequence.
    public let offset: Int
    /// Number of bytes wanted.
    public let wanted: Int
    /// Number of bytes that the whole sequence holds.
    public let available: Int

    /// Creates the report of a read of `wanted` bytes at `offset` in `available` bytes.
    public init(offset: Int, wanted: Int, available: Int) {
        self.offset = offset
        self.wanted = wanted
        self.available = available
    }
}
