// SPDX-License-Identifier: Apache-2.0

// The archive that a machine boots with, put together in memory: the boot record's page, then the files.
// The files' archive comes from the cache and is appended as it is: positions in it are multiples of a page, and the
// boot record's part ends on a page. Both together are one newc archive, since the first part has no end mark.

internal import ByteCodec
internal import CPIO
public import HostSystem

/// A boot archive in memory.
public struct BootArchive: Sendable {
    /// The archive, without a name; VMMs open it as /dev/fd/N.
    public let descriptor: Descriptor
    /// Its size.
    public let byteCount: UInt64

    /// Puts an archive together.
    ///
    /// - Parameters:
    ///   - record: the boot record's bytes.
    ///   - archives: newc archives, in order; a later file replaces an earlier one of the same name.
    public init(record: [UInt8], archives: [FilePath]) throws {
        descriptor = try Descriptor.memory(name: "apus-boot")
        var writer = ArchiveWriter(to: descriptor)
        try writer.write(name: Array("apus.boot".utf8), CPIOAttributes(mode: 0o100400, inode: 1), .bytes(record))
        try writer.finish(archives.isEmpty ? .trailer : .openEnd)
        var total = try descriptor.position()
        for path in archives {
            let source: Descriptor
            do throws(SystemCallError) { source = try Descriptor(opening: path, .read) } catch {
                throw error.reading(path)
            }
            total += try descriptor.append(contentsOf: source)
            // The next archive must begin on a page, for its contents to be on pages.
            let gap = Int((0 &- total) & UInt64(CPIOWriter.pageByteCount - 1))
            try descriptor.appendZeros(gap)
            total += UInt64(gap)
        }
        byteCount = total
    }
}
