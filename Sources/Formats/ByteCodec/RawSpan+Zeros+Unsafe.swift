// SPDX-License-Identifier: Apache-2.0

// Where zeros begin and end, a word or more at a time: names end with a zero byte, and padding is up to a page long.

extension RawSpan {
    /// The number of zero bytes from `offset` on: 0 outside the span. 32 bytes at a time.
    @inlinable
    public func zeroRun(from offset: Int) -> Int {
        guard offset >= 0 else { return 0 }
        var position = offset
        while position <= byteCount - 32 {
            var bits: UInt64 = 0
            for index in 0..<4 {
                // SAFETY: 1. position + 32 <= byteCount. 2. Every bit pattern is a UInt64. 3. The load is the unaligned one.
                bits |= unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: position + 8 * index, as: UInt64.self)
            }
            if bits != 0 { break }
            position += 32
        }
        while byte(at: position) == 0 { position += 1 }
        return position - offset
    }

    /// The offset of the first zero byte from `offset` on; nil if there is none.
    ///
    /// Source: Hacker's Delight, 6-1: the lowest zero byte of a word gets its top bit set.
    public func firstZero(from offset: Int) -> Int? {
        guard offset >= 0 else { return nil }
        var position = offset
        while position <= byteCount - 8 {
            // SAFETY: 1. position + 8 <= byteCount. 2. Every bit pattern is a UInt64. 3. The load is the unaligned one.
            let word = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
            let found = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if found != 0 { return position + found.trailingZeroBitCount >> 3 }
            position += 8
        }
        while let byte = byte(at: position) {
            if byte == 0 { return position }
            position += 1
        }
        return nil
    }
}
