// SPDX-License-Identifier: Apache-2.0

// Words of a command line as text, and back without a change. Linux's file names and arguments are bytes; the parser of
// options takes String, which would repair what is not UTF-8 and so name another file.
// A byte that is no part of UTF-8 becomes a character of Unicode's last private area; so do the bytes of such a
// character, should somebody type one. Nothing else looks like that, so the way back is exact.

/// Bytes that travel in a String.
public enum ByteText {
    /// Byte b, which is 0x80 or more, is the scalar with this added: U+10F780 to U+10F7FF.
    private static let offset: UInt32 = 0x10_F700

    /// The text for bytes: what is UTF-8 stays as it is.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var text = String.UnicodeScalarView()
        var next = 0
        while next < bytes.count {
            let (length, scalar) = decode(bytes[next...])
            if let scalar, !isStandIn(scalar) {
                text.append(scalar)
            } else {
                text.append(contentsOf: bytes[next..<next + length].compactMap { Unicode.Scalar(offset + UInt32($0)) })
            }
            next += length
        }
        return String(text)
    }

    /// The bytes that a text stands for.
    public static func bytes(_ text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: isStandIn) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if isStandIn(scalar) {
                bytes.append(UInt8(scalar.value - offset))
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
        return bytes
    }

    private static func isStandIn(_ scalar: Unicode.Scalar) -> Bool {
        (offset + 0x80...offset + 0xff).contains(scalar.value)
    }

    /// The character at the beginning and its length; none, and 1, if the first byte begins none.
    private static func decode(_ bytes: ArraySlice<UInt8>) -> (length: Int, scalar: Unicode.Scalar?) {
        var iterator = bytes.prefix(4).makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return (1, nil) }
        return (UTF8.width(scalar), scalar)
    }
}
