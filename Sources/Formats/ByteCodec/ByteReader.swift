// SPDX-License-Identifier: Apache-2.0

// A position in a sequence of bytes that moves on with every read.
// It borrows the bytes (~Escapable), so it costs no reference and cannot outlive them.
// A failed read leaves the position where it was.

/// A cursor over borrowed bytes.
public struct ByteReader: ~Escapable {
    /// All bytes, also those already read.
    public let bytes: RawSpan
    /// Offset of the next byte to read; never beyond `bytes.byteCount`.
    public private(set) var position: Int

    /// Starts at the first byte of `bytes`.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
        self.position = 0
    }

    /// Number of bytes not yet read.
    public var remaining: Int { bytes.byteCount - position }

    /// Reads the next little-endian integer.
    ///
    /// - Throws: `OutOfBounds` if fewer bytes remain than the integer has.
    @_lifetime(self: copy self)
    public mutating func readLittleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type)
        throws(OutOfBounds) -> T
    {
        let value = try bytes.littleEndian(type, at: position)
        position += MemoryLayout<T>.size
        return value
    }

    /// Reads the next big-endian integer.
    ///
    /// - Throws: `OutOfBounds` if fewer bytes remain than the integer has.
    @_lifetime(self: copy self)
    public mutating func readBigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type)
        throws(OutOfBounds) -> T
    {
        let value = try bytes.bigEndian(type, at: position)
        position += MemoryLayout<T>.size
        return value
    }

    /// Moves over the next `count` bytes and returns where they are.
    ///
    /// - Throws: `OutOfBounds` if fewer remain, or `count` is negative.
    @_lifetime(self: copy self)
    public mutating func skip(_ count: Int) throws(OutOfBounds) -> Range<Int> {
        guard count >= 0, count <= remaining else {
            throw OutOfBounds(offset: position, wanted: count, available: bytes.byteCount)
        }
        let start = position
        position += count
        return start..<position
    }

    /// Moves on to the next multiple of `alignment`, counted from the first byte.
    ///
    /// - Precondition: `alignment` is a power of two.
    /// - Throws: `OutOfBounds` if that lies behind the end.
    @_lifetime(self: copy self)
    public mutating func align(to alignment: Int) throws(OutOfBounds) {
        _ = try skip(-position & (alignment - 1))
    }
}
