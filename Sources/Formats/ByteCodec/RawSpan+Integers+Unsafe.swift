// SPDX-License-Identifier: Apache-2.0

// Integers at any offset of a raw span, in either byte order, checked against its bounds.
// The loads need no alignment: boot records, ELF notes and archives are packed as their authors liked.
// Not here: anything that moves a position (ByteReader.swift) or writes (Array+Integers.swift).

extension RawSpan {
    /// Loads the little-endian integer whose first byte is at `offset`.
    ///
    /// - Throws: `OutOfBounds` if any of its bytes lies outside the span; a negative offset does.
    @inlinable
    public func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int)
        throws(OutOfBounds) -> T
    {
        T(littleEndian: try native(type, at: offset))
    }

    /// Loads the big-endian integer whose first byte is at `offset`.
    ///
    /// - Throws: `OutOfBounds` if any of its bytes lies outside the span; a negative offset does.
    @inlinable
    public func bigEndian<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int)
        throws(OutOfBounds) -> T
    {
        T(bigEndian: try native(type, at: offset))
    }

    /// The byte at `offset`, or nil outside the span.
    @inlinable
    public func byte(at offset: Int) -> UInt8? {
        guard offset >= 0, offset < byteCount else { return nil }
        // SAFETY: 1. 0 <= offset < byteCount, tested above. 2. Every bit pattern is a UInt8.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The bytes of `range` as a span of its own.
    ///
    /// - Throws: `OutOfBounds` if the range reaches outside this span.
    @inlinable
    @_lifetime(copy self)
    public func slice(_ range: Range<Int>) throws(OutOfBounds) -> RawSpan {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw OutOfBounds(offset: range.lowerBound, wanted: range.count, available: byteCount)
        }
        return extracting(range)
    }

    @inlinable
    func native<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) throws(OutOfBounds) -> T {
        let size = MemoryLayout<T>.size
        // byteCount - size cannot overflow: both are non-negative.
        guard offset >= 0, offset <= byteCount - size else {
            throw OutOfBounds(offset: offset, wanted: size, available: byteCount)
        }
        // SAFETY: 1. offset ..< offset + size lies inside the span, tested above. 2. T is an integer: every bit pattern
        // is valid. 3. The load is the unaligned one.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
    }
}

extension Array<UInt8> {
    /// The elements as raw bytes.
    ///
    /// The standard library's `bytes` is unsafe because an element may have padding; a UInt8 has none.
    @inlinable
    public var rawBytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: 1. UInt8 has neither padding nor invalid patterns. 2. The span borrows self.
            unsafe span.bytes
        }
    }
}
