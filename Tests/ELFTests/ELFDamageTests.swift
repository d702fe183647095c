// SPDX-License-Identifier: Apache-2.0

// Damaged ELF files: each is refused with an error or accepted with facts that a loader can rely on. A trap ends the
// test process, which is a failure, too.

import ByteCodec
import DamagedBytes
import ELF
import TestSupport
import Testing

@Suite("Damaged ELF files")
struct ELFDamageTests {
    private let end: UInt64 = 0x7fff_ffff_f000

    /// A program with every kind of header that is looked at.
    private var sample: [UInt8] {
        var file = FileFixture()
        file.segments.append(SegmentFixture(kind: 3, offset: 0x1800, fileSize: 0x1c, memorySize: 0x1c))
        file.segments.append(SegmentFixture(kind: 7, offset: 0x1000, fileSize: 0x20, memorySize: 0x80))
        file.segments.append(SegmentFixture(kind: 6, offset: 64, fileSize: 0x150, memorySize: 0x150))
        file.segments.append(SegmentFixture(kind: 4, offset: 0x400, fileSize: 0x40, memorySize: 0x40))
        return file.bytes
    }

    private func inspect(_ bytes: [UInt8]) throws(ELFError) -> ELFProgram {
        let raw = bytes.rawBytes
        let header = try ELFHeader(parsing: raw)
        guard header.programHeadersOffset <= UInt64(raw.byteCount) else {
            throw .programHeadersOutsideFile(offset: header.programHeadersOffset, byteCount: raw.byteCount)
        }
        let headers = try ELFProgramHeaders(
            raw.extracting(Int(header.programHeadersOffset)..<raw.byteCount), of: header)
        return try ELFProgram(header, headers, limits: ELFProgram.Limits(fileSize: UInt64(raw.byteCount)))
    }

    @Test("Every file is refused, or what is said about it holds")
    func programs() throws {
        var damage = Damage()
        var accepted = 0
        var refused = 0
        // Most random places should hit the headers, so the sample is cut behind what is read.
        for sample in [sample, Array(sample[..<0x200])] {
            damage.forEach(sample) { bytes in
                do throws(ELFError) {
                    let program = try inspect(bytes)
                    accepted += 1
                    #expect(program.lowestAddress < program.highestAddress && program.highestAddress <= end)
                    #expect(program.lowestAddress & 4095 == 0)
                    #expect(program.alignment.nonzeroBitCount == 1 && program.alignment >= 4096)
                    if let name = program.interpreter { #expect(name.upperBound < UInt64(bytes.count)) }
                } catch { refused += 1 }
            }
        }
        #expect(accepted > 0 && refused > 0)
    }

    @Test("An accepted file's segments lie in the file and in the program's addresses")
    func segments() throws {
        var damage = Damage()
        damage.forEach(sample) { bytes in
            guard let program = try? inspect(bytes) else { return }
            for index in 0..<program.header.programHeaderCount {
                let place = Int(program.header.programHeadersOffset) + index * 56
                guard let segment = ELFProgramHeader(parsing: bytes.rawBytes, at: place), segment.kind == .load else {
                    continue
                }
                #expect(segment.fileSize <= segment.memorySize)
                #expect(segment.fileSize == 0 || segment.fileOffset + segment.fileSize <= UInt64(bytes.count))
                #expect(segment.virtualAddress + segment.memorySize <= end)
            }
        }
    }

    @Test("Notes stay inside their segment and come to an end")
    func notes() {
        var notes: [UInt8] = []
        for (name, description) in [("Xen", 4), ("GNU", 20), ("Apus", 48)] {
            notes.appendLittleEndian(UInt32(name.utf8.count + 1))
            notes.appendLittleEndian(UInt32(description))
            notes.appendLittleEndian(UInt32(1))
            notes += Array(name.utf8) + [0]
            notes.appendZeros(toMultipleOf: 4)
            notes.appendZeros(description)
        }
        var damage = Damage()
        for alignment: UInt64 in [4, 8] {
            damage.forEach(notes) { bytes in
                var reader = ELFNotes(bytes.rawBytes, alignment: alignment)
                var previous = 0
                while let note = try? reader.next() {
                    #expect(note.name.lowerBound >= previous && note.description.lowerBound >= note.name.upperBound)
                    #expect(note.description.upperBound <= bytes.count)
                    previous = note.description.upperBound
                }
            }
        }
    }
}
