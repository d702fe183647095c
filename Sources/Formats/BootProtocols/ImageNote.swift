// SPDX-License-Identifier: Apache-2.0

// What a kernel image says about itself, so that a tool that is asked to boot it can refuse what it does not
// understand. It is an ELF note of owner "Apus" and type 1; what it describes is, little-endian:
//
//     u32 layout = 1   u32 lowest, u32 highest version of the boot record   u32 version of the control channel
//     32 bytes build id (zeros: none)        names of components, each with a NUL; zeros fill the rest
//
// The versions come from the kernel's sources (CMachine's note.S); id and names are put in by whoever links the image.

import ByteCodec

/// The facts of an image's note.
public struct ImageNote: Equatable, Sendable {
    /// The owner's name in the ELF note.
    public static let owner: StaticString = "Apus"
    /// The ELF note's type.
    public static let type: UInt32 = 1
    /// The layout that this module knows.
    public static let layout: UInt32 = 1
    /// Bytes before the names.
    public static let headerByteCount = 48
    /// Bytes of a build id.
    public static let buildIDByteCount = 32

    /// The lowest version of the boot record that the kernel reads.
    public let lowestRecordVersion: UInt32
    /// The highest.
    public let highestRecordVersion: UInt32
    /// The version of the control channel that it speaks.
    public let channelVersion: UInt32
    /// What the image was built from: 32 bytes.
    public let buildID: [UInt8]
    /// The micro-libraries in the image.
    public let components: [[UInt8]]

    /// Why a note says nothing.
    public enum Failure: Error, Equatable, Sendable {
        /// It is shorter than its header.
        case truncated(available: Int)
        /// Its layout is another one.
        case unknownLayout(UInt32)
        /// The lowest version is above the highest.
        case badRange
    }

    /// Reads what a note describes.
    public init(parsing description: RawSpan) throws(Failure) {
        func field(_ offset: Int) throws(Failure) -> UInt32 {
            do throws(OutOfBounds) { return try description.littleEndian(UInt32.self, at: offset) } catch {
                throw .truncated(available: description.byteCount)
            }
        }
        let layout = try field(0)
        guard layout == Self.layout else { throw .unknownLayout(layout) }
        guard description.byteCount >= Self.headerByteCount else {
            throw .truncated(available: description.byteCount)
        }
        lowestRecordVersion = try field(4)
        highestRecordVersion = try field(8)
        channelVersion = try field(12)
        guard lowestRecordVersion <= highestRecordVersion else { throw .badRange }
        var buildID: [UInt8] = []
        for offset in 16..<Self.headerByteCount { buildID.append(description.byte(at: offset) ?? 0) }
        self.buildID = buildID
        var names: [[UInt8]] = []
        var strings = NULTerminatedStrings(description, in: Self.headerByteCount..<description.byteCount)
        while let range = strings.next(), !range.isEmpty {
            names.append(range.map { description.byte(at: $0) ?? 0 })
        }
        components = names
    }

    /// What replaces the description behind the versions: build id and names, as many whole names as there is room for.
    ///
    /// - Parameter room: bytes of the description that the image has.
    /// - Returns: nil if the id has another size or there is no room for it.
    public static func tail(buildID: [UInt8], components: [[UInt8]], room: Int) -> [UInt8]? {
        guard buildID.count == buildIDByteCount, room >= headerByteCount else { return nil }
        var bytes = buildID
        for name in components where 16 + bytes.count + name.count + 1 <= room { bytes += name + [0] }
        bytes.appendZeros(room - 16 - bytes.count)
        return bytes
    }

    /// Whether a boot record of a version can be read by the image's kernel.
    public func reads(recordVersion: UInt32) -> Bool {
        recordVersion >= lowestRecordVersion && recordVersion <= highestRecordVersion
    }
}
