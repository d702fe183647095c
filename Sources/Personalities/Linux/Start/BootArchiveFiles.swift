// SPDX-License-Identifier: Apache-2.0
//
// The regular files of the boot archive, read where they lie: their header again when a file is first wanted, and their
// contents, which are frames of the archive or, if they do not lie on whole ones, a copy.

internal import ByteCodec
internal import CPIO
internal import Containers
internal import LinuxABI
internal import Memory
internal import PageCache
internal import Platform
internal import RamFS

/// The files of the machine's boot archive.
final class BootArchiveFiles: ArchivedFiles, @unchecked Sendable {
    private let isPageAligned: Bool

    /// - Parameter isPageAligned: whether the archive says so, and nobody has to look at what follows contents.
    init(isPageAligned: Bool) {
        self.isPageAligned = isPageAligned
        super.init()
    }

    override func attributes(of member: ArchivedMember) throws(Errno) -> RamPopulator.Attributes {
        try Platform.withArchive { (bytes) throws(Errno) in try Self.attributes(of: Self.member(member, bytes)) }
    }

    override func contents(of member: ArchivedMember) throws(Errno) -> SeedExtent {
        try Platform.withArchive { (bytes) throws(Errno) in try contents(of: Self.member(member, bytes), bytes) }
    }

    private static func member(_ member: ArchivedMember, _ bytes: RawSpan) throws(Errno) -> CPIOMember {
        var reader = CPIOReader(bytes, at: member.offset)
        guard let found = try? reader.next() else { throw .ioError }  // it was there at boot
        return found
    }

    /// What a header says, in the file system's words.
    static func attributes(of member: CPIOMember) throws(Errno) -> RamPopulator.Attributes {
        let a = member.attributes
        guard let mode = FileMode(statusWord: a.mode) else { throw .invalidArgument }
        return RamPopulator.Attributes(
            mode: mode, userID: a.userID, groupID: a.groupID, modified: member.modified, linkCount: a.linkCount,
            identity: UInt64(a.deviceMajor) << 48 | UInt64(a.deviceMinor) << 32 | UInt64(a.inode),
            device: DeviceNumber(major: a.representedMajor, minor: a.representedMinor))
    }

    /// Takes the frames of a file whose contents need not be copied, or no more than a page of them, into the memory that
    /// is counted. Once for each member.
    ///
    /// - Returns: how many pages the contents take; nil if all of them have to be copied.
    func adopt(_ member: CPIOMember, _ bytes: RawSpan) -> Int? {
        let pageCount = (member.contents.count + pageSize - 1) / pageSize
        if let first = firstFrame(of: member, bytes) {
            Frames.adoptInUse(first, count: pageCount)
        } else if pageCount > 1 {
            return nil
        }
        return pageCount
    }

    /// The contents of a member that `adopt` has answered for, in frames with a reference each, which goes to the caller.
    /// Once for each member.
    ///
    /// - Throws: `.noMemory`.
    func contents(of member: CPIOMember, _ bytes: RawSpan) throws(Errno) -> SeedExtent {
        if let first = firstFrame(of: member, bytes) {
            return SeedExtent(first: first, byteCount: UInt64(member.contents.count))
        }
        if member.contents.isEmpty { return SeedExtent(first: FrameNumber(0), byteCount: 0) }
        let copy: FrameNumber
        do throws(OutOfMemory) { copy = try Frames.allocate() } catch { throw .noMemory }
        Frames.copy(from: bytes.extracting(member.contents), to: copy, at: 0)
        return SeedExtent(first: copy, byteCount: UInt64(member.contents.count))
    }

    /// The first frame of contents that fill whole frames; the rest of the last one must be zero and inside the archive,
    /// since a mapping shows it to the program.
    private func firstFrame(of member: CPIOMember, _ bytes: RawSpan) -> FrameNumber? {
        let place = Platform.archive.start.rawValue + UInt64(member.contents.lowerBound)
        let end = (member.contents.upperBound + pageSize - 1) & ~(pageSize - 1)
        guard member.contents.count >= pageSize, place & UInt64(pageSize - 1) == 0, end <= bytes.byteCount,
            isPageAligned
                || bytes.extracting(member.contents.upperBound..<end).zeroRun(from: 0) == end
                    - member.contents.upperBound
        else { return nil }
        return PhysicalAddress(place).frame
    }
}

extension CPIOMember {
    /// When the file was changed.
    var modified: Timestamp { Timestamp(seconds: Int64(attributes.modificationTime), nanoseconds: 0) }
}
