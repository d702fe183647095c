// SPDX-License-Identifier: Apache-2.0
//
// String interpolation for small images. The library's own is inlined at each place, about 150 bytes for a piece, and
// reaches, by the way of slices, six kilobytes that nothing else in a small application needs. These members have the
// same signatures and meaning; they hide the library's where Apus is imported (a member of another module comes before
// one of the standard library's), are calls, and join by copying. Pieces of other types go the library's way.

internal import Containers

extension DefaultStringInterpolation {
    /// Appends a piece of the literal.
    @inline(never)
    public mutating func appendLiteral(_ literal: String) { join(literal) }

    /// Appends a text.
    @inline(never)
    public mutating func appendInterpolation(_ text: String) { join(text) }

    /// Appends a number in decimal.
    @inline(never)
    public mutating func appendInterpolation(_ number: Int) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = number.magnitude
        repeat {
            first -= 1
            digits[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest != 0
        if number < 0 {
            first -= 1
            digits[first] = 0x2d
        }
        join(String(checked: digits.span.rawBytes.extracting(first..<20)))
    }

    private mutating func join(_ text: String) {
        var bytes: [UInt8] = []
        bytes.append(utf8: String(stringInterpolation: self))
        bytes.append(utf8: text)
        // SAFETY: the type is frozen and has one stored property, a String: the layout is the same.
        self = unsafe unsafeBitCast(String(checked: bytes.span.rawBytes), to: DefaultStringInterpolation.self)
    }
}

extension Array<UInt8> {
    @inline(never)
    fileprivate mutating func append(utf8 text: String) {
        // SAFETY: the buffer is read while it is lent. Every string here has contiguous storage: others come with
        // Objective-C.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { buffer in
            for index in 0..<buffer.count { unsafe append(buffer[index]) }
        }
    }
}

extension String {
    /// The text of bytes that are UTF-8.
    @inline(never)
    fileprivate init(checked bytes: RawSpan) {
        var all: UInt8 = 0
        for offset in bytes.byteOffsets { all |= bytes.byteSpan[offset] }
        // SAFETY: the bytes come from strings, or were checked, or are digits.
        self = unsafe String(copying: UTF8Span(unchecked: bytes.byteSpan, isKnownASCII: all < 0x80))
    }

    /// The text of bytes from outside. Where they are not UTF-8, each that is not ASCII becomes a question mark.
    @inline(never)
    init(untrusted bytes: RawSpan) {
        if UTF8Check.isValid(bytes) {
            self.init(checked: bytes)
            return
        }
        var repaired: [UInt8] = []
        for offset in bytes.byteOffsets {
            let byte = bytes.byteSpan[offset]
            repaired.append(byte < 0x80 ? byte : 0x3f)
        }
        self.init(checked: repaired.span.rawBytes)
    }
}
