// SPDX-License-Identifier: Apache-2.0

// Walks a newc archive without copying or allocating: every answer is a place in the bytes.
// As on Linux, zero bytes may stand between members, and archives may follow one another; the writer uses both.
// Not here: paths, hard links, devices. Those are the file system's business.
//
// Source: cpio(5) "New ASCII Format"; Linux's Documentation/driver-api/early-userspace/buffer-format.rst.

import ByteCodec

/// The members of an archive, one after the other.
public struct CPIOReader: ~Escapable {
    /// Size of a header.
    public static let headerByteCount = CPIOHeader.byteCount
    /// Greatest accepted name size, with its NULs: Linux skips members with longer ones.
    public static let maximumNameByteCount = 4096

    private let bytes: RawSpan
    private var position = 0
    private var archiveIndex = 0
    private var isInsideArchive = false
    /// Whether the archive is known to be page-aligned (CPIOWriter.Layout): what follows contents that begin on a page begins
    /// on a page, and nobody has to look through the zeros before it. Kernels learn it from the boot record.
    public var isPageAligned = false

    /// Starts before the first member.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    /// Starts before the member whose header is at an offset.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, at offset: Int) {
        self.bytes = bytes
        position = max(0, offset)
        isInsideArchive = true
    }

    /// Offset at which the next header is looked for.
    public var offset: Int { position }

    /// The next member, or nil behind the last archive's end mark.
    ///
    /// - Throws: a `CPIOError`; after one, the reader stays where it is.
    @_lifetime(self: copy self)
    public mutating func next() throws(CPIOError) -> CPIOMember? {
        while true {
            position += bytes.zeroRun(from: position)  // headers begin at multiples of four; padding precedes them
            guard position < bytes.byteCount else {
                // No archive at all is no archive: an empty file must not pass for an empty file system.
                guard !isInsideArchive, archiveIndex > 0 else { throw .missingTrailer(offset: position) }
                return nil
            }
            let member = try parseHeader()
            position = min(end(of: member.contents), bytes.byteCount)
            if isTrailer(member.name) {
                isInsideArchive = false
                archiveIndex += 1
                continue
            }
            isInsideArchive = true
            return member
        }
    }

    private func parseHeader() throws(CPIOError) -> CPIOMember {
        let start = position
        try checkMagic(at: start)
        guard start & 3 == 0 else { throw .notAnArchive(offset: start) }
        guard let header = CPIOHeader(bytes, at: start) else { throw .truncated(offset: start) }
        let attributes = try header.attributes()
        let nameSize = Int(try header.number(.nameSize))
        _ = try header.number(.checksum)
        let name = try nameRange(start + Self.headerByteCount, size: nameSize)
        var contents = (start + Self.headerByteCount + nameSize + 3) & ~3
        // Nothing follows a last member without contents, perhaps not even its padding.
        if attributes.size == 0 { contents = min(contents, bytes.byteCount) }
        guard contents <= bytes.byteCount, bytes.byteCount - contents >= Int(attributes.size) else {
            throw .truncated(offset: start)
        }
        return CPIOMember(
            attributes: attributes, name: name, contents: contents..<(contents + Int(attributes.size)), offset: start,
            archiveIndex: archiveIndex)
    }

    private func end(of contents: Range<Int>) -> Int {
        let page = CPIOWriter.pageByteCount
        let isOnPage = isPageAligned && contents.count >= page && contents.lowerBound & (page - 1) == 0
        let alignment = isOnPage ? page : 4
        return (contents.upperBound + alignment - 1) & ~(alignment - 1)
    }

    private func checkMagic(at start: Int) throws(CPIOError) {
        // "070701" and two digits more, as nearly always.
        if let word = try? bytes.bigEndian(UInt64.self, at: start), word >> 16 == 0x3037_3037_3031 { return }
        try explainMagic(at: start)
    }

    @inline(never)
    private func explainMagic(at start: Int) throws(CPIOError) {
        func at(_ index: Int) -> UInt8 { bytes.byte(at: start + index) ?? 0 }
        if at(0) == 0x30, at(1) == 0x37, at(2) == 0x30, at(3) == 0x37, at(4) == 0x30 {
            switch at(5) {
            case 0x32: throw .unsupportedVariant(.checksummed, offset: start)
            case 0x37: throw .unsupportedVariant(.portableASCII, offset: start)
            default: throw .notAnArchive(offset: start)
            }
        }
        // 0o070707 is 0x71c7.
        if (at(0) == 0xc7 && at(1) == 0x71) || (at(0) == 0x71 && at(1) == 0xc7) {
            throw .unsupportedVariant(.binary, offset: start)
        }
        if let format = CompressionFormat(recognizing: bytes, at: start) {
            throw .compressed(format, offset: start)
        }
        throw .notAnArchive(offset: start)
    }

    func nameRange(_ start: Int, size: Int) throws(CPIOError) -> Range<Int> {
        guard size <= bytes.byteCount - start else { throw .truncated(offset: start) }
        guard size >= 2, size <= Self.maximumNameByteCount, bytes.byte(at: start + size - 1) == 0 else {
            throw .badName(offset: start)
        }
        // At the NUL tested above at the latest.
        guard let end = bytes.firstZero(from: start), end > start else { throw .badName(offset: start) }
        return start..<end
    }

    private func isTrailer(_ name: Range<Int>) -> Bool {
        // "TRAILER!!!"
        let trailer: [10 of UInt8] = [0x54, 0x52, 0x41, 0x49, 0x4c, 0x45, 0x52, 0x21, 0x21, 0x21]
        guard name.count == trailer.count else { return false }
        for index in trailer.indices where bytes.byte(at: name.lowerBound + index) != trailer[index] { return false }
        return true
    }
}
