// SPDX-License-Identifier: Apache-2.0
//
// Files that are still members of the boot archive. A container image has thousands of files and a program opens dozens
// of them: a directory remembers where in the archive a file is, and makes its inode when somebody first looks the name
// up. Who can read the archive is not known here.

public import LinuxABI
public import PageCache
import Sync

/// Where a regular file with one name is in the boot archive.
public struct ArchivedMember: Equatable, Sendable {
    private let quarter: UInt32

    /// Refers to a member by the offset of its header.
    ///
    /// - Precondition: a multiple of four below 16 GiB, which nil answers the lack of.
    public init?(offset: Int) {
        guard offset >= 0, offset & 3 == 0, let quarter = UInt32(exactly: offset >> 2) else { return nil }
        self.quarter = quarter
    }

    /// The offset of its header.
    public var offset: Int { Int(quarter) << 2 }
}

/// An archive that a volume makes files from when they are first wanted.
open class ArchivedFiles: @unchecked Sendable {
    /// Creates an archive without members.
    public init() {}

    /// What a member says about its file.
    open func attributes(of member: ArchivedMember) throws(Errno) -> RamPopulator.Attributes { throw .ioError }

    /// A member's contents in frames with a reference each, which goes to the caller: those of the archive, or copies.
    ///
    /// - Throws: `.noMemory`.
    open func contents(of member: ArchivedMember) throws(Errno) -> SeedExtent { throw .ioError }
}

/// What a name in a directory means.
enum RamEntry {
    /// An inode.
    case inode(RamInode)
    /// A file that nobody has looked up yet.
    case archived(ArchivedMember)

    /// The inode, if there is one already.
    @inline(__always) var inode: RamInode? {
        if case .inode(let inode) = self { return inode }
        return nil
    }
}

extension RamVolume {
    /// Lets the volume make files from an archive. Once, before the first of them is entered.
    ///
    /// - Parameter byteCount: the archive's size, which says how many inode numbers its files take.
    public func use(_ archive: ArchivedFiles, byteCount: Int) {
        self.archive.set(archive)
        skipNumbers(upTo: number(ofMemberAt: byteCount))
    }

    /// The inode number of a member: headers are more than 64 bytes apart.
    func number(of member: ArchivedMember) -> UInt64 { number(ofMemberAt: member.offset) }

    private func number(ofMemberAt offset: Int) -> UInt64 { 2 + UInt64(offset) >> 6 }

    /// Makes a member's file, which has been counted when it was entered.
    func makeFile(_ member: ArchivedMember) throws(Errno) -> RamFile {
        guard let archive = archive.value else { throw .ioError }
        let attributes = try archive.attributes(of: member)
        let file = RamFile(
            volume: self, number: number(of: member), linkCount: 1, RamPopulator.describe(attributes))
        file.pages.install(try archive.contents(of: member))
        return file
    }
}
