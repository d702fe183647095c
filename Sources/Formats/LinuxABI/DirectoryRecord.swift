// SPDX-License-Identifier: Apache-2.0
//
// The records that getdents64(2) writes: a fixed head, then the name with a NUL, padded to eight bytes.

/// One record of getdents64(2).
///
/// - Layout: u64 inode, s64 next position, u16 record length, u8 kind, name, NUL, zeros up to a multiple of eight.
/// - Source: getdents(2), `struct linux_dirent64`.
public enum DirectoryRecord {
    /// The bytes before the name.
    public static var headByteCount: Int { 19 }

    /// The whole length of a record with a name of that many bytes.
    public static func byteCount(nameByteCount: Int) -> Int {
        (headByteCount + nameByteCount + 1 + 7) & ~7
    }

    /// The record, for a name of at most 255 bytes.
    ///
    /// - Parameter nextPosition: what lseek(2) takes to continue behind this record.
    @inline(__always)  // a call would copy the buffer
    public static func encode(
        inode: UInt64, nextPosition: UInt64, kind: FileKind?, name: Span<UInt8>
    ) -> LayoutBuffer<35> {
        var buffer = LayoutBuffer<35>(byteCount: byteCount(nameByteCount: name.count))
        buffer.store64(inode, at: 0)
        buffer.store64(nextPosition, at: 8)
        buffer.store16(UInt16(buffer.byteCount), at: 16)
        buffer.store8(kind?.rawValue ?? 0, at: 18)
        buffer.store(name, at: 19, limit: name.count + 1)
        return buffer
    }
}
