// SPDX-License-Identifier: Apache-2.0

// The notes of a PT_NOTE segment, one after the other.
// PVH's entry point, the GNU build id and our own image note are found this way.
//
// Source: System V gABI "Note Section"; p_align 8 pads names and descriptions to 8, everything else to 4.

import ByteCodec

/// One note, as places in the bytes of its segment.
public struct ELFNote: Equatable, Sendable {
    /// The owner's name, without the NULs at its end.
    public let name: Range<Int>
    /// What the owner says it is.
    public let type: UInt32
    /// The content.
    public let description: Range<Int>
}

/// Walks the notes of a segment.
public struct ELFNotes: ~Escapable {
    private var reader: ByteReader
    private let alignment: Int

    /// Starts at the first note.
    ///
    /// - Parameters:
    ///   - bytes: the contents of the segment.
    ///   - alignment: `p_align`; 8 is meant, every other value is taken for 4.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, alignment: UInt64) {
        reader = ByteReader(bytes)
        self.alignment = alignment == 8 ? 8 : 4
    }

    /// The next note, or nil at the end.
    ///
    /// - Throws: `.badNote` with the offset of a note whose sizes lead outside the segment.
    @_lifetime(self: copy self)
    public mutating func next() throws(ELFError) -> ELFNote? {
        guard reader.remaining > 0 else { return nil }
        let start = reader.position
        do throws(OutOfBounds) {
            let nameSize = try reader.readLittleEndian(UInt32.self)
            let descriptionSize = try reader.readLittleEndian(UInt32.self)
            let type = try reader.readLittleEndian(UInt32.self)
            var name = try reader.skip(Int(nameSize))
            while let last = name.last, reader.bytes.byte(at: last) == 0 { name = name.lowerBound..<last }
            try reader.align(to: alignment)
            let description = try reader.skip(Int(descriptionSize))
            // The last note may lack its padding.
            let padding = -reader.position & (alignment - 1)
            _ = try reader.skip(min(padding, reader.remaining))
            return ELFNote(name: name, type: type, description: description)
        } catch {
            throw .badNote(offset: start)
        }
    }
}
