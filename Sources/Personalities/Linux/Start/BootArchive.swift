// SPDX-License-Identifier: Apache-2.0
//
// The boot archive becomes the root file system. Members whose contents lie on whole frames are used where they are;
// an archive that was not made for that is copied. The boot record is a member of its own and does not become a file.

internal import BootProtocols
internal import ByteCodec
internal import CPIO
internal import Containers
internal import LinuxABI
internal import Log
internal import Memory
internal import PageCache
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
        let (start, byteCount) = Platform.archive
        guard byteCount > 0 else { return }
        var settings = configuration
        try Platform.withArchive { (bytes) throws(Failure) in
            var populator = RamPopulator(volume)
            var reader = CPIOReader(bytes)
            while true {
                let member: CPIOMember?
                do throws(CPIOError) { member = try reader.next() } catch { throw failure(error, reader.offset) }
                guard let member else { break }
                if BootConfiguration.isRecord(bytes, member.name) {
                    do throws(BootRecordError) {
                        try settings.read(bytes.extracting(member.contents), random)
                    } catch { throw Failure.badRecord }
                    continue
                }
                do throws(Errno) { try add(member, bytes, start, &populator) } catch { throw Failure.file(error) }
            }
        }
        configuration = settings
    }

    private static func failure(_ error: CPIOError, _ offset: Int) -> Failure {
        if case .compressed(let format, _) = error { return .compressed(format.unpackingCommand) }
        return .malformed(offset: offset)
    }

    private static func add(
        _ member: CPIOMember, _ bytes: RawSpan, _ start: PhysicalAddress, _ populator: inout RamPopulator
    ) throws(Errno) {
        let a = member.attributes
        guard let mode = FileMode(statusWord: a.mode) else { throw .invalidArgument }
        let attributes = RamPopulator.Attributes(
            mode: mode, userID: a.userID, groupID: a.groupID,
            modified: Timestamp(seconds: Int64(a.modificationTime), nanoseconds: 0), linkCount: a.linkCount,
            identity: UInt64(a.deviceMajor) << 48 | UInt64(a.deviceMinor) << 32 | UInt64(a.inode),
            device: DeviceNumber(major: a.representedMajor, minor: a.representedMinor))
        let path = bytes.extracting(member.name).byteSpan
        let place = PhysicalAddress(start.rawValue + UInt64(member.contents.lowerBound))
        if a.kind == .regular, member.contents.count >= pageSize, place.rawValue & UInt64(pageSize - 1) == 0,
            hasZeroTail(bytes, member.contents)
        {
            let pages = (member.contents.count + pageSize - 1) / pageSize
            Frames.adoptInUse(place.frame, count: pages)
            let seed = SeedExtent(first: place.frame, byteCount: UInt64(member.contents.count))
            return try populator.add(path, attributes, seed: seed)
        }
        try populator.add(path, attributes, contents: bytes.extracting(member.contents).byteSpan)
    }

    /// Whether the rest of the last page is zero, and inside the archive: a mapping shows it to the program.
    private static func hasZeroTail(_ bytes: RawSpan, _ contents: Range<Int>) -> Bool {
        let end = (contents.upperBound + pageSize - 1) & ~(pageSize - 1)
        return end <= bytes.byteCount
            && bytes.extracting(contents.upperBound..<end).zeroRun(from: 0) == end - contents.upperBound
    }
}
