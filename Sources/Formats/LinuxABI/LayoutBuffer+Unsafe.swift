// SPDX-License-Identifier: Apache-2.0
//
// A small buffer of bytes on the stack in which one C structure is put together or taken apart: fields are stored at
// byte offsets, little-endian as on every architecture we run on, and constant offsets fold to single stores. The bytes
// then go to or come from user memory as one raw span.

/// Room for one C structure of at most `words` × 8 bytes.
///
/// - Layout: little-endian; everything that is not stored is zero, padding included, so nothing of the kernel leaks.
public struct LayoutBuffer<let words: Int>: Sendable {
    private var storage: InlineArray<words, UInt64>

    /// How many bytes the structure has.
    public let byteCount: Int

    /// Creates a structure of zeros.
    ///
    /// - Precondition: `byteCount` fits into `words`.
    @inline(__always)
    public init(byteCount: Int = words * 8) {
        precondition(byteCount >= 0 && byteCount <= words * 8)
        storage = InlineArray(repeating: 0)
        self.byteCount = byteCount
    }

    /// The structure's bytes.
    ///
    /// Always in line: behind a call the compiler does not see that the span leads into the structure, and drops the stores
    /// before it as if nobody read them (Docs/Decisions/0005).
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get {
            // SAFETY: an array of UInt64 has no padding, all of it is initialised.
            unsafe storage.span.bytes.extracting(first: byteCount)
        }
    }

    /// Hands out the structure's bytes to be filled in.
    public mutating func fill<E: Error>(_ body: (inout MutableRawSpan) throws(E) -> Void) throws(E) {
        // SAFETY: any bit pattern is a valid UInt64, so no store can break an element.
        let count = byteCount
        var words = storage.mutableSpan
        var all = unsafe words.mutableBytes
        var bytes = all._mutatingExtracting(first: count)
        try body(&bytes)
    }

    /// Stores a field of eight bytes.
    ///
    /// - Precondition: `offset` is a multiple of eight inside the structure, as C aligns it.
    @inline(__always)
    public mutating func store64(_ value: UInt64, at offset: Int) {
        precondition(offset & 7 == 0)
        storage[offset >> 3] = value
    }

    /// Stores fields of eight bytes one behind the other.
    ///
    /// - Precondition: they lie inside the structure, at a multiple of eight.
    @inline(__always)
    public mutating func store<let count: Int>(_ values: borrowing InlineArray<count, UInt64>, at offset: Int) {
        precondition(offset & 7 == 0 && offset >= 0 && offset >> 3 + count <= words)
        // SAFETY: both indices are below what was just checked.
        for i in 0..<count { unsafe storage[unchecked: offset >> 3 &+ i] = unsafe values[unchecked: i] }
    }

    /// Stores a whole structure as a part of this one; its size is a multiple of eight.
    @inline(__always)
    public mutating func store<let count: Int>(_ part: borrowing LayoutBuffer<count>, at offset: Int) {
        store(part.storage, at: offset)
    }

    /// Reads fields of eight bytes that lie one behind the other.
    ///
    /// - Precondition: as for `store`.
    @inline(__always)
    public func load<let count: Int>(into values: inout InlineArray<count, UInt64>, _ offset: Int) {
        precondition(offset & 7 == 0 && offset >= 0 && offset >> 3 + count <= words)
        // SAFETY: both indices are below what was just checked.
        for i in 0..<count { unsafe values[unchecked: i] = unsafe storage[unchecked: offset >> 3 &+ i] }
    }

    /// Stores a field of four bytes.
    ///
    /// - Precondition: `offset` is a multiple of four inside the structure.
    @inline(__always)
    public mutating func store32(_ value: UInt32, at offset: Int) {
        precondition(offset & 3 == 0)
        let shift = UInt64(truncatingIfNeeded: offset & 4) &* 8
        storage[offset >> 3] = storage[offset >> 3] & ~(0xffff_ffff &<< shift) | UInt64(value) &<< shift
    }

    /// Stores a field of two bytes.
    ///
    /// - Precondition: `offset` is a multiple of two inside the structure.
    @inline(__always)
    public mutating func store16(_ value: UInt16, at offset: Int) {
        precondition(offset & 1 == 0)
        let shift = UInt64(truncatingIfNeeded: offset & 6) &* 8
        storage[offset >> 3] = storage[offset >> 3] & ~(0xffff &<< shift) | UInt64(value) &<< shift
    }

    /// Stores one byte.
    @inline(__always)
    public mutating func store8(_ value: UInt8, at offset: Int) {
        let shift = UInt64(truncatingIfNeeded: offset & 7) &* 8
        storage[offset >> 3] = storage[offset >> 3] & ~(0xff &<< shift) | UInt64(value) &<< shift
    }

    /// Stores a text's bytes; what does not fit before `limit` is dropped, and a NUL always follows.
    public mutating func store(_ text: Span<UInt8>, at offset: Int, limit: Int) {
        let count = min(text.count, limit - 1)
        precondition(offset >= 0 && count >= 0 && count < words * 8 - offset)
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe text.withUnsafeBytes { source in
                // SAFETY: `count` bytes are in the text, and they and the NUL in the structure, as was just checked.
                let place = unsafe target.baseAddress.unsafelyUnwrapped + offset
                if let start = source.baseAddress { unsafe place.copyMemory(from: start, byteCount: count) }
                unsafe place.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
            }
        }
    }

    /// The field of eight bytes at an offset.
    @inline(__always)
    public func load64(_ offset: Int) -> UInt64 {
        precondition(offset & 7 == 0)
        return storage[offset >> 3]
    }

    /// The field of four bytes at an offset.
    @inline(__always)
    public func load32(_ offset: Int) -> UInt32 {
        precondition(offset & 3 == 0)
        return UInt32(truncatingIfNeeded: storage[offset >> 3] &>> (UInt64(truncatingIfNeeded: offset & 4) &* 8))
    }

    /// The field of two bytes at an offset.
    @inline(__always)
    public func load16(_ offset: Int) -> UInt16 {
        precondition(offset & 1 == 0)
        return UInt16(truncatingIfNeeded: storage[offset >> 3] &>> (UInt64(truncatingIfNeeded: offset & 6) &* 8))
    }

    /// The byte at an offset.
    @inline(__always)
    public func load8(_ offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: storage[offset >> 3] &>> (UInt64(truncatingIfNeeded: offset & 7) &* 8))
    }
}
