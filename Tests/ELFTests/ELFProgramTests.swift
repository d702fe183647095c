// SPDX-License-Identifier: Apache-2.0

// What the ELF module promises: right answers on a good file, one named error per broken rule, no trap on any bytes.

import ByteCodec
import Testing

@testable import ELF

/// Parses a whole file the way a loader does: header first, then the table.
func parse(_ file: [UInt8]) throws(ELFError) -> ELFProgram {
    let bytes = file.rawBytes
    let header = try ELFHeader(parsing: bytes)
    guard header.programHeadersOffset <= UInt64(file.count) else {
        throw .programHeadersOutsideFile(
            offset: header.programHeadersOffset, byteCount: header.programHeadersByteCount)
    }
    let table = bytes.extracting(Int(header.programHeadersOffset)..<file.count)
    let headers = try ELFProgramHeaders(table, of: header)
    return try ELFProgram(header, headers, limits: .init(fileSize: UInt64(file.count)))
}

@Suite("ELFProgram")
struct ELFProgramTests {
    @Test("A fixed-address static program is summed up")
    func fixedAddress() throws {
        let program = try parse(FileFixture().bytes)
        #expect(program.header.machine == .x86_64)
        #expect(program.header.type == .fixedAddress)
        #expect(program.header.entry == 0x40_0100)
        #expect(program.lowestAddress == 0x40_0000)
        #expect(program.highestAddress == 0x40_5000)
        #expect(program.span == 0x5000)
        #expect(program.programHeadersAddress == 0x40_0040)
        #expect(program.stack == .notExecutable)
        #expect(!program.needsInterpreter)
        #expect(!program.isStaticPIE)
    }

    @Test("ET_DYN without an interpreter is a static PIE")
    func staticPIE() throws {
        var file = FileFixture()
        file.type = 3
        file.segments[0].address = 0
        file.segments[1].address = 0x2000
        file.segments.append(SegmentFixture(kind: 2, offset: 0x1100, address: 0x2100, fileSize: 0x100))
        let program = try parse(file.bytes)
        #expect(program.isStaticPIE)
        #expect(program.hasDynamicSection)
    }

    @Test("PT_INTERP makes a program dynamic and tells where the name is")
    func dynamic() throws {
        var file = FileFixture()
        file.segments.append(SegmentFixture(kind: 3, offset: 0x300, fileSize: 28))
        let program = try parse(file.bytes)
        #expect(program.interpreter == 0x300..<0x31b)
    }

    @Test("PT_TLS, PT_PHDR and an executable stack are reported")
    func otherHeaders() throws {
        var file = FileFixture()
        file.segments[2].permissions = 7
        file.segments.append(SegmentFixture(kind: 7, offset: 0x1000, fileSize: 0x20, memorySize: 0x80))
        file.segments.append(SegmentFixture(kind: 6, offset: 64, address: 0x40_0040))
        let program = try parse(file.bytes)
        #expect(program.threadLocalStorage?.memorySize == 0x80)
        #expect(program.programHeadersAddress == 0x40_0040)
        #expect(program.stack == .executable)
    }

    @Test("The greatest power-of-two alignment counts, others are ignored")
    func alignment() throws {
        var file = FileFixture()
        file.segments[0].alignment = 0x20_0000
        file.segments[1].alignment = 0x30_0000
        #expect(try parse(file.bytes).alignment == 0x20_0000)
    }

    @Test(
        "A wrong header field is refused by name",
        arguments: [
            (4, [1], ELFError.notSixtyFourBit(elfClass: 1)),
            (5, [2], .notLittleEndian(data: 2)),
            (6, [9], .unknownVersion(9)),
            (16, [1, 0], .notExecutable(type: 1)),
            (20, [7, 0, 0, 0], .unknownVersion(7)),
            (54, [32, 0], .badProgramHeaderSize(32)),
            (56, [0, 0], .badProgramHeaderCount(0)),
            (56, [0xff, 0xff], .badProgramHeaderCount(0xffff)),
            (0, [0x23, 0x21], .badMagic),
            (39, [0xff], .programHeadersOutsideFile(offset: 0xff00_0000_0000_0040, byteCount: 168)),
        ] as [(Int, [UInt8], ELFError)])
    func badHeader(offset: Int, replacement: [UInt8], expected: ELFError) {
        var file = FileFixture().bytes
        file.replaceSubrange(offset..<(offset + replacement.count), with: replacement)
        #expect(throws: expected) { try parse(file) }
    }

    @Test("A broken segment rule is refused with the segment's index")
    func badSegments() {
        func refuses(_ expected: ELFError, _ change: (inout SegmentFixture) -> Void) {
            var file = FileFixture()
            change(&file.segments[1])
            #expect(throws: expected) { try parse(file.bytes) }
        }
        refuses(.fileSizeExceedsMemorySize(segment: 1)) { $0.memorySize = 0x7ff }
        refuses(.segmentOutsideFile(segment: 1)) { $0.offset = 0x2000 }
        refuses(.segmentOutsideFile(segment: 1)) { $0.offset = UInt64.max - 0xfff }
        refuses(.segmentOutsideAddressSpace(segment: 1)) { $0.address = UInt64.max - 0xfff }
        refuses(.segmentOutsideAddressSpace(segment: 1)) { $0.memorySize = UInt64.max }
        refuses(.segmentNotCongruent(segment: 1)) { $0.address = 0x40_2010 }
    }

    @Test("A file without anything to load is refused")
    func nothingToLoad() {
        var file = FileFixture()
        file.segments = [file.segments[2]]
        #expect(throws: ELFError.nothingToLoad) { try parse(file.bytes) }
    }

    @Test("An interpreter's name of less than two bytes or more than PATH_MAX is refused", arguments: [0, 1, 4097])
    func badInterpreter(size: UInt64) {
        var file = FileFixture()
        file.segments.append(SegmentFixture(kind: 3, offset: 0x300, fileSize: size))
        #expect(throws: ELFError.badInterpreter) { try parse(file.bytes) }
    }

    @Test("Cuts and flips of a valid file never trap")
    func fuzz() {
        let file = FileFixture().bytes
        for length in 0..<300 { _ = try? parse(Array(file[..<length])) }
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 1...UInt64.max, using: &random)
        print("ELFProgramTests.fuzz seed \(seed)")
        var state = seed
        for _ in 0..<5000 {
            var copy = file
            for _ in 0..<4 {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                copy[Int(state % 232)] = UInt8(truncatingIfNeeded: state >> 32)
            }
            _ = try? parse(copy)
        }
    }
}

@Suite("ELFNotes")
struct ELFNotesTests {
    let bytes: [UInt8] = [
        0x04, 0x00, 0x00, 0x00,  // namesz
        0x04, 0x00, 0x00, 0x00,  // descsz
        0x12, 0x00, 0x00, 0x00,  // type 18: XEN_ELFNOTE_PHYS32_ENTRY
        0x58, 0x65, 0x6e, 0x00,  // "Xen"
        0x00, 0x00, 0x10, 0x00,  // entry 0x100000
        0x05, 0x00, 0x00, 0x00,  // namesz
        0x01, 0x00, 0x00, 0x00,  // descsz
        0x07, 0x00, 0x00, 0x00,  // type
        0x41, 0x70, 0x75, 0x73, 0x00, 0x00, 0x00, 0x00,  // "Apus", padded
        0xaa,  // description, its padding missing at the end
    ]

    @Test("Notes are found one after the other, padded to four")
    func walk() throws {
        var notes = ELFNotes(bytes.rawBytes, alignment: 4)
        #expect(try notes.next() == ELFNote(name: 12..<15, type: 18, description: 16..<20))
        #expect(try notes.next() == ELFNote(name: 32..<36, type: 7, description: 40..<41))
        #expect(try notes.next() == nil)
    }

    @Test("A note that leads outside its segment is refused")
    func badNote() throws {
        for length in 1..<20 {
            let cut = Array(bytes[..<length])
            var notes = ELFNotes(cut.rawBytes, alignment: 4)
            do throws(ELFError) {
                _ = try notes.next()
                Issue.record("accepted \(length) bytes")
            } catch { #expect(error == .badNote(offset: 0)) }
        }
    }
}
