// SPDX-License-Identifier: Apache-2.0
//
// The boot archive becomes the root file system. Members whose contents lie on whole frames are used where they are;
// an archive that was not made for that is copied. The boot record is a member of its own and does not become a file.

internal import BootProtocols
internal import ByteCodec
internal import CPIO
internal import Containers
internal import LinuxABI
internal import Memory
internal import Platform
internal import RamFS
internal import Random
internal import Startup

enum BootArchive {
    /// Why the archive cannot be used.
    enum Failure: Error {
        /// It is compressed; the command unpacks it.
        case compressed(StaticString)
        /// It is not a newc archive, or a damaged one.
        case malformed(offset: Int)
        /// The boot record is damaged or too new.
        case badRecord
        /// A file could not be made.
        case file(Errno)
    }

    /// Fills the root volume and reads the boot record.
    static func unpack(
        into volume: RamVolume, _ configuration: inout BootConfiguration, _ random: RandomGenerator
    ) throws(Failure) {
        guard Platform.archive.byteCount > 0 else { return }
        var settings = configuration
        try Platform.withArchive { (bytes) throws(Failure) in
            var reader = CPIOReader(bytes)
            // The record is the first member, if there is one.
            do throws(BootRecordError) { _ = try settings.readFirstMember(of: bytes, random) } catch {
                throw .badRecord
            }
            reader.isPageAligned = settings.archiveIsPageAligned
            let files = BootArchiveFiles(isPageAligned: reader.isPageAligned)
            volume.use(files, byteCount: bytes.byteCount)
            var populator = RamPopulator(volume)
            while true {
                let member: CPIOMember?
                do throws(CPIOError) { member = try reader.next() } catch { throw failure(error, reader.offset) }
                guard let member else { break }
                if BootConfiguration.isRecord(bytes, member.name) { continue }
                do throws(Errno) { try add(member, bytes, files, &populator) } catch { throw .file(error) }
            }
        }
        configuration = settings
    }

    private static func failure(_ error: CPIOError, _ offset: Int) -> Failure {
        if case .compressed(let format, _) = error { return .compressed(format.unpackingCommand) }
        return .malformed(offset: offset)
    }

    /// Most members stay where they are; what has to be known at once is added as it is.
    private static func add(
        _ member: CPIOMember, _ bytes: RawSpan, _ files: BootArchiveFiles, _ populator: inout RamPopulator
    ) throws(Errno) {
        let path = bytes.extracting(member.name).byteSpan
        guard member.attributes.kind == .regular, let pageCount = files.adopt(member, bytes) else {
            return try addCopy(of: member, bytes, path, &populator)
        }
        if member.attributes.linkCount <= 1, let place = ArchivedMember(offset: member.offset),
            try populator.enter(path, place, pageCount: pageCount, time: member.modified)
        {
            return
        }
        try addSeeded(member, bytes, path, files, &populator)
    }

    @inline(never)  // directories, links, devices: few
    private static func addCopy(
        of member: CPIOMember, _ bytes: RawSpan, _ path: Span<UInt8>, _ populator: inout RamPopulator
    ) throws(Errno) {
        let attributes = try BootArchiveFiles.attributes(of: member)
        try populator.add(path, attributes, contents: bytes.extracting(member.contents).byteSpan)
    }

    @inline(never)  // names of files with several, and of files that were there before: fewer
    private static func addSeeded(
        _ member: CPIOMember, _ bytes: RawSpan, _ path: Span<UInt8>, _ files: BootArchiveFiles,
        _ populator: inout RamPopulator
    ) throws(Errno) {
        let attributes = try BootArchiveFiles.attributes(of: member)
        // A name of a file whose contents come with another name.
        if member.contents.isEmpty { return try populator.add(path, attributes, contents: Span()) }
        try populator.add(path, attributes, seed: try files.contents(of: member, bytes))
    }
}
