// SPDX-License-Identifier: Apache-2.0
//
// A line of text in the making: fixed room, no allocation, cut off when full. Logs, crash reports and traces are put
// together in it, also where nothing can be allocated any more.

internal import ByteCodec
internal import Containers

// Every part is out of line: a report is a row of calls, and inlined they were three kilobytes of each image.
/// Up to 240 bytes of text.
public struct LineBuffer: ~Copyable {
    private var bytes = InlineArray<240, UInt8>(repeating: 0)
    /// The number of bytes written.
    public private(set) var count = 0

    /// Creates an empty line.
    public init() {}

    /// The text so far.
    public var span: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get { bytes.span.rawBytes.extracting(0..<count) }
    }

    /// Forgets the text.
    public mutating func clear() { count = 0 }

    /// Appends one byte; without effect when the line is full.
    @inline(never)
    public mutating func append(_ byte: UInt8) {
        guard count < bytes.count else { return }
        bytes[count] = byte
        count += 1
    }

    /// Appends fixed text.
    @inline(never)
    public mutating func append(_ text: StaticString) {
        for i in 0..<text.utf8CodeUnitCount { append(text.byte(at: i)) }
    }

    /// Appends bytes as they are.
    @inline(never)
    public mutating func append(_ text: RawSpan) {
        for i in text.byteOffsets {
            if let byte = text.byte(at: i) { append(byte) }
        }
    }

    /// Appends a number in decimal.
    @inline(never)
    public mutating func append(decimal value: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var used = 0
        var rest = value
        repeat {
            digits[used] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            used += 1
        } while rest != 0
        while used > 0 {
            used -= 1
            append(digits[used])
        }
    }

    /// Appends a signed number in decimal.
    public mutating func append(decimal value: Int) {
        if value < 0 { append(0x2d) }
        append(decimal: UInt64(value.magnitude))
    }

    /// Appends a number in hexadecimal with its `0x`, no leading zeros, or with as many as `digits` asks for.
    @inline(never)
    public mutating func append(hexadecimal value: UInt64, digits: Int = 1) {
        append("0x")
        let needed = max(digits, (67 - value.leadingZeroBitCount) / 4)
        var shift = UInt64(needed * 4)
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
