// SPDX-License-Identifier: Apache-2.0
//
// What names need from spans of bytes and the standard library does not give (or gives bounds-checked byte by byte):
// comparing, hashing and copying, eight bytes at a time, and the bytes of a StaticString. Linux names are bytes without
// an encoding, so none of this knows about characters.

extension StaticString {
    /// The text's UTF-8 bytes.
    public var utf8Bytes: Span<UInt8> {
        @_lifetime(immortal)
        get {
            precondition(hasPointerRepresentation)
            // SAFETY: 1. a StaticString's text is in the program's constant data, which is never freed
            //         2. the count is that of the text
            let span = unsafe Span(_unsafeStart: utf8Start, count: utf8CodeUnitCount)
            return unsafe _overrideLifetime(span, borrowing: ())
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether both spans hold the same bytes.
    ///
    /// - Complexity: O(count), eight bytes at a time.
    @_optimize(speed)  // with the hash, what a name costs
    public func hasSameBytes(as other: Span<UInt8>) -> Bool {
        let count = self.count
        if count != other.count { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                var offset = 0
                // SAFETY: both buffers hold `count` bytes and every word ends at or before `count`.
                while offset &+ 8 <= count {
                    if unsafe word(left, offset) != word(right, offset) { return false }
                    offset &+= 8
                }
                // The last word may overlap the one before: what is compared twice is equal twice.
                if offset == count { return true }
                if count >= 8 { return unsafe word(left, count &- 8) == word(right, count &- 8) }
                // Fewer than eight: by halves that overlap, or byte by byte.
                if count >= 4 {
                    return unsafe half(left, 0) == half(right, 0) && half(left, count &- 4) == half(right, count &- 4)
                }
                return unsafe left[0] == right[0] && left[count &>> 1] == right[count &>> 1]
                    && left[count &- 1] == right[count &- 1]
            }
        }
    }

    /// Whether the bytes are exactly the text's.
    public func hasSameBytes(as text: StaticString) -> Bool {
        hasSameBytes(as: text.utf8Bytes)
    }

    /// Whether the bytes begin with the text's.
    public func hasPrefix(_ text: StaticString) -> Bool {
        let prefix = text.utf8Bytes
        return count >= prefix.count && extracting(first: prefix.count).hasSameBytes(as: prefix)
    }

    /// A hash of the bytes for tables: multiply and fold, eight bytes at a time. Not secret, not stable across
    /// versions.
    ///
    /// - Complexity: O(count).
    public var bytesHash: UInt32 {
        let count = self.count
        return unsafe withUnsafeBytes { buffer in
            var hash = UInt64(truncatingIfNeeded: count) &+ 0x9e37_79b9_7f4a_7c15
            var offset = 0
            // SAFETY: every word ends at or before `count`.
            while offset &+ 8 <= count {
                hash = mixed(hash ^ (unsafe word(buffer, offset)))
                offset &+= 8
            }
            return UInt32(truncatingIfNeeded: mixed(hash ^ (unsafe rest(buffer, offset, count))))
        }
    }

    /// The position of the first byte equal to `byte` at or behind `start`.
    ///
    /// - Complexity: O(count), eight bytes at a time.
    public func firstPosition(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0)
        let count = self.count
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        return unsafe withUnsafeBytes { buffer in
            var offset = start
            // SAFETY: every word ends at or before `count`.
            while offset &+ 8 <= count {
                // The lowest byte that is zero in the difference gets its top bit set (Hacker's Delight, 6-1).
                let difference = unsafe word(buffer, offset) ^ pattern
                let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
                if found != 0 { return offset &+ found.trailingZeroBitCount &>> 3 }
                offset &+= 8
            }
            if count >= 8 {
                // The last word again, without the bytes that were looked at.
                if offset >= count { return nil }
                let seen = UInt64(truncatingIfNeeded: offset &+ 8 &- count) &* 8
                let difference = unsafe (word(buffer, count &- 8) ^ pattern) &>> seen
                let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
                let position = offset &+ found.trailingZeroBitCount &>> 3
                // What was shifted in is zero, and looks like a match behind the end.
                return position < count ? position : nil
            }
            while offset < count {
                if unsafe buffer[offset] == byte { return offset }
                offset &+= 1
            }
            return nil
        }
    }
}

/// Eight bytes as a little-endian word.
///
/// # Safety
/// `offset + 8` is at most the buffer's count.
@unsafe @inline(__always)
private func word(_ buffer: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    unsafe buffer.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
}

/// Four bytes as a little-endian word.
///
/// # Safety
/// `offset + 4` is at most the buffer's count.
@unsafe @inline(__always)
private func half(_ buffer: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    unsafe buffer.baseAddress.unsafelyUnwrapped.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
}

/// The fewer than eight bytes from `offset` to `count` as a little-endian word.
///
/// # Safety
/// `offset <= count < offset + 8`, and `count` is the buffer's.
@unsafe @inline(__always)
private func rest(_ buffer: UnsafeRawBufferPointer, _ offset: Int, _ count: Int) -> UInt64 {
    let length = count &- offset
    if length == 0 { return 0 }
    let base = unsafe buffer.baseAddress.unsafelyUnwrapped + offset
    if length >= 4 {
        // Two halves that overlap: where they do, both say the same.
        let low = unsafe UInt64(base.loadUnaligned(as: UInt32.self))
        let high = unsafe UInt64(base.loadUnaligned(fromByteOffset: length &- 4, as: UInt32.self))
        return low | high &<< (UInt64(truncatingIfNeeded: length &- 4) &* 8)
    }
    let middle = length &>> 1
    let first = unsafe UInt64(base.load(as: UInt8.self))
    let second = unsafe UInt64(base.load(fromByteOffset: middle, as: UInt8.self))
    let third = unsafe UInt64(base.load(fromByteOffset: length &- 1, as: UInt8.self))
    return first | second &<< (UInt64(truncatingIfNeeded: middle) &* 8)
        | third &<< (UInt64(truncatingIfNeeded: length &- 1) &* 8)
}

extension Span where Element == UInt8 {
    /// The same memory as a raw span.
    ///
    /// `Span.bytes` is unsafe only because other elements have padding; bytes have none.
    public var rawBytes: RawSpan {
        @_lifetime(copy self)
        get {
            // SAFETY: every byte of a span of bytes is initialised.
            unsafe bytes
        }
    }
}

extension Span where Element == UInt64 {
    /// The words' bytes in memory order; a word has no padding.
    public var wordBytes: RawSpan {
        @_lifetime(copy self)
        get {
            // SAFETY: every byte of a span of words is initialised.
            unsafe bytes
        }
    }
}

extension MutableSpan where Element == UInt8 {
    /// The same memory as a raw span, for changing.
    public var rawBytes: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            // SAFETY: any bit pattern is a valid byte, so no store can break an element.
            unsafe mutableBytes
        }
    }
}

extension RawSpan {
    /// The same memory as a span of bytes.
    public var byteSpan: Span<UInt8> {
        @_lifetime(copy self)
        get {
            // SAFETY: any initialised memory is a sequence of bytes.
            unsafe _unsafeView(as: UInt8.self)
        }
    }
}

/// Folds a 64-bit value so that every input bit reaches the low bits of the result.
func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return product.high ^ product.low
}

/// Copies all of `source` to `destination` from `offset` on.
///
/// - Precondition: it fits.
public func copyBytes(_ source: RawSpan, to destination: inout MutableRawSpan, at offset: Int = 0) {
    let count = source.byteCount
    precondition(offset >= 0 && count <= destination.byteCount - offset)
    if count == 0 { return }
    unsafe destination.withUnsafeMutableBytes { target in
        unsafe source.withUnsafeBytes { bytes in
            guard let from = bytes.baseAddress, let to = target.baseAddress else { return }
            // SAFETY: the precondition bounds the copy; an inout span and a borrowed one do not overlap.
            unsafe (to + offset).copyMemory(from: from, byteCount: count)
        }
    }
}
