// SPDX-License-Identifier: Apache-2.0
//
// Text for programs to parse, put together from bytes and integers: no String, no floating point, growth that throws.

public import Containers
public import FileSystem
public import LinuxABI

/// A text that grows at its end.
public struct TextBuilder: ~Copyable {
    private var bytes = UniqueArray<UInt8>()

    /// Starts an empty text.
    public init() {}

    /// The text so far.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// How many bytes there are.
    public var count: Int { bytes.count }

    /// Appends constant text.
    ///
    /// - Throws: `.noMemory`, as all of these.
    public mutating func add(_ text: StaticString) throws(Errno) {
        try add(text.utf8Bytes)
    }

    /// Appends bytes.
    public mutating func add(_ text: Span<UInt8>) throws(Errno) {
        do throws(OutOfMemory) { try bytes.append(copying: text) } catch { throw .noMemory }
    }

    /// Appends an array's bytes.
    public mutating func add(_ bytes: borrowing UniqueArray<UInt8>) throws(Errno) {
        try add(bytes.span)
    }

    /// Appends bytes with octal escapes where they would end a word or a line of the text.
    public mutating func add(_ bytes: Span<UInt8>, escaping: Escaping) throws(Errno) {
        for index in bytes.indices {
            if escaping.covers(bytes[index]) {
                try add("\\")
                try add(UInt64(bytes[index] >> 6))
                try add(UInt64(bytes[index] >> 3 & 7))
                try add(UInt64(bytes[index] & 7))
            } else {
                try add(byte: bytes[index])
            }
        }
    }

    /// As above, for an array.
    public mutating func add(_ bytes: borrowing UniqueArray<UInt8>, escaping: Escaping) throws(Errno) {
        try add(bytes.span, escaping: escaping)
    }

    /// As above, for a name.
    public mutating func add(_ bytes: borrowing ByteString, escaping: Escaping) throws(Errno) {
        try add(bytes.span, escaping: escaping)
    }

    /// Which bytes are written as octal escapes.
    public enum Escaping: Sendable {
        /// Newlines: a path at the end of a line.
        case newlines
        /// Also spaces, tabs and backslashes: a path between other words.
        case wordEnds

        func covers(_ byte: UInt8) -> Bool {
            if byte == UInt8(ascii: "\n") { return true }
            return self == .wordEnds
                && (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\\"))
        }
    }

    /// Appends one byte.
    public mutating func add(byte: UInt8) throws(Errno) {
        do throws(OutOfMemory) { try bytes.append(byte) } catch { throw .noMemory }
    }

    /// Appends a number in decimal, with spaces or zeros before it up to a width.
    public mutating func add(_ number: UInt64, width: Int = 0, padding: UInt8 = UInt8(ascii: " ")) throws(Errno) {
        try add(number, radix: 10, width: width, padding: padding)
    }

    /// Appends a number in hexadecimal, with zeros before it up to a width.
    public mutating func add(hexadecimal number: UInt64, width: Int = 0) throws(Errno) {
        try add(number, radix: 16, width: width, padding: UInt8(ascii: "0"))
    }

    /// Appends a number in octal.
    public mutating func add(octal number: UInt64) throws(Errno) {
        try add(number, radix: 8, width: 0, padding: UInt8(ascii: "0"))
    }

    /// Appends a signed number in decimal.
    public mutating func add(signed number: Int64) throws(Errno) {
        if number < 0 { try add(byte: UInt8(ascii: "-")) }
        try add(number.magnitude)
    }

    private mutating func add(_ number: UInt64, radix: UInt64, width: Int, padding: UInt8) throws(Errno) {
        var digits = InlineArray<22, UInt8>(repeating: 0)
        var count = 0
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            digits[count] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            count += 1
            rest /= radix
        } while rest != 0
        var missing = width - count
        while missing > 0 {
            try add(byte: padding)
            missing -= 1
        }
        while count > 0 {
            count -= 1
            try add(byte: digits[count])
        }
    }

    /// Gives the bytes away.
    public consuming func finish() -> UniqueArray<UInt8> { bytes }
}
