// SPDX-License-Identifier: Apache-2.0

// One newc header: "070701" and thirteen numbers of eight hexadecimal digits. A boot reads thousands of them, so what
// bounds them is looked at once, and zero, which half of the numbers are, is not converted.
//
// Source: cpio(5) "New ASCII Format".

import ByteCodec

/// The header of a member.
struct CPIOHeader: ~Escapable {
    /// Where a number is in the header.
    enum Field: Int {
        case inode = 6
        case mode = 14
        case userID = 22
        case groupID = 30
        case linkCount = 38
        case modificationTime = 46
        case size = 54
        case deviceMajor = 62
        case deviceMinor = 70
        case representedMajor = 78
        case representedMinor = 86
        case nameSize = 94
        /// Zero in this variant.
        case checksum = 102
    }

    static let byteCount = 110

    private let bytes: RawSpan
    private let start: Int

    /// The header at an offset; nil if there is not room for one.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan, at start: Int) {
        guard start >= 0, start <= bytes.byteCount - Self.byteCount else { return nil }
        self.bytes = bytes
        self.start = start
    }

    /// A number.
    ///
    /// - Throws: `.badDigit` with its place in the archive.
    @inline(__always)
    func number(_ field: Field) throws(CPIOError) -> UInt32 {
        // SAFETY: 1. A header has room for its last field, and `init` has seen that the span has room for a header.
        // 2. Every bit pattern is a UInt64. 3. The load is the unaligned one.
        let digits = unsafe bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start &+ field.rawValue, as: UInt64.self)
        if digits == 0x3030_3030_3030_3030 { return 0 }
        guard let number = UInt32(hexadecimal: UInt64(bigEndian: digits)) else { throw badDigit(in: field) }
        return number
    }

    @inline(never)
    private func badDigit(in field: Field) -> CPIOError {
        var offset = start + field.rawValue
        while let digit = bytes.byte(at: offset), UInt32(hexadecimal: 0x3030_3030_3030_3000 | UInt64(digit)) != nil {
            offset += 1
        }
        return .badDigit(offset: offset)
    }

    /// What the header says about the file.
    func attributes() throws(CPIOError) -> CPIOAttributes {
        CPIOAttributes(
            mode: try number(.mode),
            size: try number(.size),
            inode: try number(.inode),
            userID: try number(.userID),
            groupID: try number(.groupID),
            linkCount: try number(.linkCount),
            modificationTime: try number(.modificationTime),
            deviceMajor: try number(.deviceMajor),
            deviceMinor: try number(.deviceMinor),
            representedMajor: try number(.representedMajor),
            representedMinor: try number(.representedMinor))
    }
}
