// SPDX-License-Identifier: Apache-2.0
//
// What the boot record and the command line ask for, as values: read once, before the first process exists.

public import BootProtocols
internal import ByteCodec
internal import CPIO
internal import Containers
public import Random

/// The wishes of whoever started the machine.
public struct BootConfiguration: Sendable {
    /// Path of the program; empty without one.
    public var program: [UInt8] = []
    /// argv.
    public var arguments: [[UInt8]] = []
    /// environ.
    public var environment: [[UInt8]] = []
    /// Where the program starts.
    public var workingDirectory: [UInt8] = [0x2f]
    /// The user.
    public var userID: UInt32 = 0
    /// The group.
    public var groupID: UInt32 = 0
    /// Supplementary groups.
    public var groups: [UInt32] = []
    /// The machine's name.
    public var hostName: [UInt8] = [0x61, 0x70, 0x75, 0x73]  // "apus"
    /// What descriptor 0 is.
    public var input = BootRecord.Stream.bytes
    /// What descriptor 1 is.
    public var output = BootRecord.Stream.bytes
    /// What descriptor 2 is.
    public var error = BootRecord.Stream.bytes
    /// The terminal's size in characters.
    public var windowSize: (rows: UInt16, columns: UInt16) = (0, 0)
    /// Wall time in nanoseconds since 1970; 0 if nobody says.
    public var epoch: UInt64 = 0
    /// Paths that the host wants back at the end.
    public var outputs: [[UInt8]] = []
    /// The file mode creation mask.
    public var fileModeMask: UInt32 = 0o022
    /// Whether system calls are traced.
    public var tracesSystemCalls = false
    /// Resource limits.
    public var limits: [BootRecordLimit] = []
    /// Whether the boot archive is known to be page-aligned.
    public var archiveIsPageAligned = false

    /// Nothing asked for: no program, empty streams.
    public init() {}

    /// Takes a boot record in.
    ///
    /// - Parameter random: gets the record's seed.
    public mutating func read(_ bytes: RawSpan, _ random: RandomGenerator) throws(BootRecordError) {
        var reader = try BootRecordReader(bytes)
        while let item = try reader.next() {
            switch item {
            case .program(let range): program = BootConfiguration.copy(bytes, range)
            case .arguments(let range): arguments = BootConfiguration.strings(bytes, range)
            case .environment(let range): environment = BootConfiguration.strings(bytes, range)
            case .workingDirectory(let range): workingDirectory = BootConfiguration.copy(bytes, range)
            case .identity(let user, let group, let supplementary):
                userID = user
                groupID = group
                groups = BootConfiguration.numbers(bytes, supplementary)
            case .hostname(let range): hostName = BootConfiguration.copy(bytes, range)
            case .streams(let input, let output, let error, let rows, let columns):
                self.input = input
                self.output = output
                self.error = error
                windowSize = (rows, columns)
            case .seed(let range):
                random.stir(bytes.extracting(range))
            case .epoch(let nanoseconds): epoch = nanoseconds
            case .counterFrequency: break  // taken earlier, before clocks run
            case .outputs(let range): outputs = BootConfiguration.strings(bytes, range)
            case .fileModeMask(let mask): fileModeMask = mask
            case .trace(let options): tracesSystemCalls = tracesSystemCalls || options.contains(.systemCalls)
            case .limits(let range):
                var offset = range.lowerBound
                while offset < range.upperBound {
                    if let limit = BootRecordLimit(parsing: bytes, at: offset) { limits.append(limit) }
                    offset += BootRecordLimit.byteCount
                }
            case .pageAlignedArchive: archiveIsPageAligned = true
            case .unknown: break  // the reader has refused those that matter
            }
        }
    }

    /// Takes in the record that the boot archive begins with, if it begins with one.
    ///
    /// - Returns: false if the archive does not begin with a record.
    public mutating func readFirstMember(of archive: RawSpan, _ random: RandomGenerator) throws(BootRecordError) -> Bool
    {
        var reader = CPIOReader(archive)
        guard let member = try? reader.next(), BootConfiguration.isRecord(archive, member.name) else { return false }
        try read(archive.extracting(member.contents), random)
        return true
    }

    /// Whether a name in an archive is the boot record's.
    public static func isRecord(_ bytes: RawSpan, _ name: Range<Int>) -> Bool {
        bytes.extracting(name).byteSpan.hasSameBytes(as: BootRecord.memberName.utf8Bytes)
    }

    private static func copy(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for i in range {
            if let byte = bytes.byte(at: i) { copy.append(byte) }
        }
        return copy
    }

    private static func strings(_ bytes: RawSpan, _ range: Range<Int>) -> [[UInt8]] {
        var list: [[UInt8]] = []
        var strings = NULTerminatedStrings(bytes, in: range)
        while let string = strings.next() { list.append(copy(bytes, string)) }
        return list
    }

    private static func numbers(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt32] {
        var list: [UInt32] = []
        var offset = range.lowerBound
        while offset + 4 <= range.upperBound {
            if let word = try? bytes.littleEndian(UInt32.self, at: offset) { list.append(word) }
            offset += 4
        }
        return list
    }
}
