// SPDX-License-Identifier: Apache-2.0

// Writing integers at the end of a byte array, and over bytes already written.
// Growth is the array's own: writers are used for outputs whose size the kernel or the tool decides, never a program.
// Neighbours: RawSpan+Integers+Unsafe.swift reads what this writes.

extension Array<UInt8> {
    /// Appends `value`, least significant byte first.
    @inlinable
    public mutating func appendLittleEndian<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        appendLittleEndian(bytes: MemoryLayout<T>.size, of: UInt64(truncatingIfNeeded: value))
    }

    // Out of line and of one type: a copy for each width and caller was a kilobyte of a small image.
    @inline(never)
    @usableFromInline
    mutating func appendLittleEndian(bytes: Int, of value: UInt64) {
        var rest = value
        for _ in 0..<bytes {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Appends `value`, most significant byte first.
    @inlinable
    public mutating func appendBigEndian<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
        appendLittleEndian(value.byteSwapped)
    }

    /// Appends every byte of `bytes`.
    @inlinable
    public mutating func append(_ bytes: RawSpan) {
        reserveCapacity(count + bytes.byteCount)
        for offset in 0..<bytes.byteCount {
            if let byte = bytes.byte(at: offset) { append(byte) }
        }
    }

    /// Appends `count` zero bytes.
    @inlinable
    public mutating func appendZeros(_ count: Int) {
        for _ in 0..<count { append(0) }
    }

    /// Appends zero bytes until `count` is a multiple of `alignment`.
    ///
    /// - Precondition: `alignment` is a power of two.
    @inlinable
    public mutating func appendZeros(toMultipleOf alignment: Int) {
        appendZeros(-count & (alignment - 1))
    }

    /// Overwrites the bytes at `offset` with `value`, least significant byte first.
    ///
    /// - Precondition: all of them exist.
    @inlinable
    public mutating func replaceLittleEndian<T: FixedWidthInteger & UnsignedInteger>(at offset: Int, with value: T) {
        var rest = value
        for index in 0..<MemoryLayout<T>.size {
            self[offset + index] = UInt8(truncatingIfNeeded: rest)
            rest = T.bitWidth > 8 ? rest >> 8 : 0
        }
    }
}
