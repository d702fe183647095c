// SPDX-License-Identifier: Apache-2.0

// A kernel image as a file: whether it is one, what its note says, and whether this tool can boot it. A file that is no
// image, or one that speaks other versions, is refused here, with the reason, before a machine is started.

internal import BootProtocols
internal import ByteCodec
internal import ELF
public import HostSystem

/// The bytes of a kernel image, looked at.
public struct KernelImageFile: Sendable {
    /// The file.
    public private(set) var bytes: [UInt8]
    /// Bytes of memory that the image takes.
    public let span: UInt64
    private let path: FilePath
    private let noteRange: Range<Int>

    /// Looks at the contents of a file.
    ///
    /// - Throws: `.badData` if it is not a kernel image for this architecture.
    public init(_ bytes: [UInt8], _ path: FilePath) throws(ToolError) {
        func refusal(_ why: String) -> ToolError {
            ToolError(.badData, "cannot boot \(path)", why: why, remedy: "make one: apus build")
        }
        self.bytes = bytes
        self.path = path
        let program: ELFProgram
        let notes: ELFProgramHeader?
        do throws(ELFError) { (program, notes) = try Self.parse(bytes) } catch {
            throw refusal("it is not a kernel image: \(error.sentence)")
        }
        guard program.header.machine == .x86_64 else {
            throw refusal("it is an image for \(program.header.machine.name), not for x86-64")
        }
        span = program.span
        guard let notes, let found = Self.note(in: bytes, notes) else {
            throw refusal("it is not a kernel image of Apus: it has no note of that name")
        }
        noteRange = found
    }

    private static func parse(_ bytes: [UInt8]) throws(ELFError) -> (ELFProgram, notes: ELFProgramHeader?) {
        let raw = bytes.rawBytes
        let header = try ELFHeader(parsing: raw)
        guard header.programHeadersOffset <= UInt64(bytes.count) else {
            throw .programHeadersOutsideFile(
                offset: header.programHeadersOffset, byteCount: header.programHeadersByteCount)
        }
        let headers = try ELFProgramHeaders(raw.extracting(Int(header.programHeadersOffset)..<bytes.count), of: header)
        // The loader copies an image's segments: in the file they need no pages.
        let program = try ELFProgram(header, headers, limits: .init(fileSize: UInt64(bytes.count), pageSize: 1))
        return (program, headers.first(.note))
    }

    /// Where the description of our note is.
    private static func note(in bytes: [UInt8], _ segment: ELFProgramHeader) -> Range<Int>? {
        guard segment.fileSize <= UInt64(bytes.count), segment.fileOffset <= UInt64(bytes.count) - segment.fileSize
        else { return nil }
        let start = Int(segment.fileOffset)
        var notes = ELFNotes(
            bytes.rawBytes.extracting(start..<start + Int(segment.fileSize)), alignment: segment.alignment)
        while let note = try? notes.next() {
            let name = bytes[(start + note.name.lowerBound)..<(start + note.name.upperBound)]
            if note.type == ImageNote.type, name.elementsEqual("Apus".utf8) {
                return (start + note.description.lowerBound)..<(start + note.description.upperBound)
            }
        }
        return nil
    }

    /// The note.
    ///
    /// - Throws: `.badData` if it is damaged or of an unknown layout.
    private func note() throws(ToolError) -> ImageNote {
        do throws(ImageNote.Failure) {
            return try ImageNote(parsing: Array(bytes[noteRange]).rawBytes)
        } catch {
            let why =
                switch error {
                case .unknownLayout(let layout): "its note has layout \(layout), which this tool does not know"
                case .truncated, .badRange: "its note is damaged"
                }
            throw ToolError(.badData, "cannot boot \(path)", why: why, remedy: "make it anew: apus build")
        }
    }

    /// Refuses an image that does not speak this tool's versions.
    public func checkVersions() throws(ToolError) {
        let note = try note()
        func refusal(_ why: String) -> ToolError {
            ToolError(
                .badData, "cannot boot \(path)", why: why,
                remedy: "use the apus that belongs to it, or make it anew: apus build")
        }
        guard note.reads(recordVersion: BootRecord.version) else {
            throw refusal(
                "it reads boot records of version \(note.lowestRecordVersion) to \(note.highestRecordVersion), "
                    + "and this tool writes version \(BootRecord.version)")
        }
        guard note.channelVersion == ControlChannel.protocolVersion else {
            throw refusal(
                "it speaks version \(note.channelVersion) of the control channel, and this tool version "
                    + "\(ControlChannel.protocolVersion)")
        }
    }

    /// The micro-libraries in the image, and the digest of its sources in hexadecimal; nil if the build has not said it.
    public func facts() throws(ToolError) -> (components: [String], buildID: String?) {
        let note = try note()
        let digits = note.buildID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return (
            note.components.map { String(decoding: $0, as: UTF8.self) },
            note.buildID.allSatisfy { $0 == 0 } ? nil : digits
        )
    }

    /// Whether the image's channel to the host is a serial line: it brings the micro-library that speaks over one.
    public func usesSerialChannel() throws(ToolError) -> Bool { try facts().components.contains("SerialChannel") }

    /// Whether the image brings up more than one processor.
    public func startsProcessors() throws(ToolError) -> Bool { try facts().components.contains("Processors") }

    /// Puts build id and components into the note.
    ///
    /// - Parameter buildID: 64 hexadecimal digits.
    mutating func complete(buildID: String, components: [String]) throws(ToolError) {
        try checkVersions()
        let digits = buildID.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }.map { UInt8($0) }
        let id = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        guard
            let tail = ImageNote.tail(buildID: id, components: components.map { Array($0.utf8) }, room: noteRange.count)
        else { throw ToolError(.software, "cannot complete \(path)", why: "its note has no room for \(buildID)") }
        bytes.replaceSubrange((noteRange.upperBound - tail.count)..<noteRange.upperBound, with: tail)
    }
}
