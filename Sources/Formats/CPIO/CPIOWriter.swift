// SPDX-License-Identifier: Apache-2.0

// Writes the headers, names and padding of a newc archive; the contents pass by it.
// The writer knows only its position, so an archive can leave in pieces: append a header, send the contents from wherever
// they are, append the padding, empty the buffer whenever it suits. The kernel sends files back like this.
//
// In the page-aligned layout, contents of a page or more start at a multiple of 4096 and the rest of their last page is
// zero, so that a kernel which is handed the archive in memory uses those pages as they are. Linux and cpio(1) read it:
//
//     |header name\0\0\0…\0|contents, whole pages      |tail 0000|header name …
//     |        <= 1 page   |4096-aligned               |         |4096-aligned
//
// The name is padded with NULs, which its size counts. Zeros between members are what Linux skips when it looks for the
// next header; cpio(1) skips them too and mentions "junk".

import ByteCodec

/// Produces the parts of an archive that are not contents.
public struct CPIOWriter: Sendable {
    /// How contents lie in the archive.
    public enum Layout: Sendable {
        /// Contents follow their name at the next multiple of four.
        case compact
        /// Contents of at least a page start on a page and have zeros to the end of their last one.
        case pageAligned
    }

    /// Size of the pages of the page-aligned layout.
    public static let pageByteCount = 4096

    private let layout: Layout
    private var position: UInt64 = 0
    private var isOnPage = false

    /// Starts an archive at position 0; in the page-aligned layout this must end up on a page.
    public init(_ layout: Layout) {
        self.layout = layout
    }

    /// Number of bytes of the archive so far, contents included.
    public var byteCount: UInt64 { position }

    /// Appends what precedes the contents of a member: padding, the header, the name.
    ///
    /// Exactly `attributes.size` bytes of contents have to follow, then `appendPadding`.
    ///
    /// Contents whose name is 4094 bytes or longer are not aligned.
    ///
    /// - Precondition: `name` is 1 to 4095 bytes without NUL.
    public mutating func appendHeader(_ attributes: CPIOAttributes, name: RawSpan, to output: inout [UInt8]) {
        precondition(name.byteCount > 0 && name.byteCount < CPIOReader.maximumNameByteCount)
        let page = UInt64(Self.pageByteCount)
        let header = UInt64(CPIOReader.headerByteCount)
        var nameSize = UInt64(name.byteCount + 1)
        // A name of 4094 bytes or more has no room for the NULs that would align it.
        let fillsPages = layout == .pageAligned && attributes.size >= Self.pageByteCount
        if fillsPages, nameSize <= 4094 {
            let limit = UInt64(CPIOReader.maximumNameByteCount)
            if nameSize + Self.gap(after: position + header + nameSize, to: page) > limit {
                // A name size above PATH_MAX would make Linux skip the member: let zeros precede the header instead.
                let unit = header + nameSize + Self.gap(after: header + nameSize, to: 4)
                appendZeros(Int(Self.gap(after: position + unit, to: page)), to: &output)
            }
            nameSize += Self.gap(after: position + header + nameSize, to: page)
        }
        appendFields(attributes, nameSize: UInt32(nameSize), to: &output)
        output.append(name)
        output.appendZeros(Int(nameSize) - name.byteCount)
        position += header + nameSize
        appendZeros(Int(Self.gap(after: position, to: 4)), to: &output)
        isOnPage = fillsPages && position & (page - 1) == 0
        position += UInt64(attributes.size)
    }

    /// Appends what follows the contents of a member.
    public mutating func appendPadding(to output: inout [UInt8]) {
        let alignment = isOnPage ? UInt64(Self.pageByteCount) : 4
        appendZeros(Int(Self.gap(after: position, to: alignment)), to: &output)
        isOnPage = false
    }

    /// Appends the end mark, and zeros up to a page in the page-aligned layout, so that another archive may follow.
    public mutating func appendTrailer(to output: inout [UInt8]) {
        let name: [10 of UInt8] = [0x54, 0x52, 0x41, 0x49, 0x4c, 0x45, 0x52, 0x21, 0x21, 0x21]  // "TRAILER!!!"
        appendFields(CPIOAttributes(mode: 0), nameSize: UInt32(name.count + 1), to: &output)
        for index in name.indices { output.append(name[index]) }
        output.append(0)
        position += UInt64(CPIOReader.headerByteCount + name.count + 1)
        let alignment = layout == .pageAligned ? UInt64(Self.pageByteCount) : 4
        appendZeros(Int(Self.gap(after: position, to: alignment)), to: &output)
    }

    /// Bytes from `position` to the next multiple of `alignment`, a power of two.
    private static func gap(after position: UInt64, to alignment: UInt64) -> UInt64 {
        (0 &- position) & (alignment - 1)
    }

    private mutating func appendZeros(_ count: Int, to output: inout [UInt8]) {
        output.appendZeros(count)
        position += UInt64(count)
    }

    private func appendFields(_ attributes: CPIOAttributes, nameSize: UInt32, to output: inout [UInt8]) {
        output.append(0x30)  // "070701"
        output.append(0x37)
        output.append(0x30)
        output.append(0x37)
        output.append(0x30)
        output.append(0x31)
        output.appendHexadecimal(attributes.inode)
        output.appendHexadecimal(attributes.mode)
        output.appendHexadecimal(attributes.userID)
        output.appendHexadecimal(attributes.groupID)
        output.appendHexadecimal(attributes.linkCount)
        output.appendHexadecimal(attributes.modificationTime)
        output.appendHexadecimal(attributes.size)
        output.appendHexadecimal(attributes.deviceMajor)
        output.appendHexadecimal(attributes.deviceMinor)
        output.appendHexadecimal(attributes.representedMajor)
        output.appendHexadecimal(attributes.representedMinor)
        output.appendHexadecimal(nameSize)
        output.appendHexadecimal(0)  // the checksum, unused in this variant
    }
}

extension Array<UInt8> {
    fileprivate mutating func appendHexadecimal(_ value: UInt32) {
        var shift: UInt32 = 32
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
            append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
        }
    }
}
