// SPDX-License-Identifier: Apache-2.0

// The first member of an archive, and no more of it: for those who look for one thing at a known place. Whoever walks an
// archive, and wants to know what is wrong with it, takes CPIOReader.next.

import ByteCodec

extension CPIOReader {
    /// Where the name, without its NULs, and the contents of the first member are; nil if there is no newc header or they do
    /// not lie inside the bytes.
    public static func first(in bytes: RawSpan) -> (name: Range<Int>, contents: Range<Int>)? {
        let reader = CPIOReader(bytes)
        // "070701": the first four digits, then the last two.
        guard (try? bytes.littleEndian(UInt32.self, at: 0)) == 0x3730_3730,
            (try? bytes.littleEndian(UInt16.self, at: 4)) == 0x3130,
            let header = CPIOHeader(bytes, at: 0), let size = try? header.number(.size),
            let nameSize = try? header.number(.nameSize)
        else { return nil }
        guard let name = try? reader.nameRange(headerByteCount, size: Int(nameSize)) else { return nil }
        let start = (headerByteCount + Int(nameSize) + 3) & ~3
        guard start + Int(size) <= bytes.byteCount else { return nil }
        return (name, start..<(start + Int(size)))
    }
}
