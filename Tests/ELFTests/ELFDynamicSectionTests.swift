// SPDX-License-Identifier: Apache-2.0

// The dynamic section: entries up to DT_NULL, whatever is behind it; addresses that come from the file and others.

import ByteCodec
import ELF
import Testing

@Suite("ELFDynamicSection")
struct ELFDynamicSectionTests {
    private func section(_ words: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in words { bytes.appendLittleEndian(word) }
        return bytes
    }

    private func entries(_ bytes: [UInt8]) -> [ELFDynamicSection.Entry] {
        var section = ELFDynamicSection(bytes.rawBytes)
        var found: [ELFDynamicSection.Entry] = []
        while let entry = section.next() { found.append(entry) }
        return found
    }

    @Test("Entries end at DT_NULL, or where the bytes do")
    func end() {
        // DT_NEEDED 7, DT_RUNPATH 9, DT_NULL, DT_NEEDED 11 that nobody reads.
        let bytes = section([1, 7, 29, 9, 0, 0, 1, 11])
        let found = entries(bytes)
        #expect(found.map(\.tag) == [.needed, .searchPath] && found.map(\.value) == [7, 9])
        for count in 0..<32 { #expect(entries(Array(bytes.prefix(count))).count == count / 16) }
    }

    @Test("An address is in the file only where a segment has file bytes for it")
    func offsets() throws {
        var file = FileFixture()
        file.segments = [
            SegmentFixture(kind: 1, offset: 0x1000, fileSize: 0x200, memorySize: 0x800)
        ]
        let bytes = file.bytes
        let header = try ELFHeader(parsing: bytes.rawBytes)
        let table = bytes.rawBytes.extracting(Int(header.programHeadersOffset)..<bytes.count)
        let headers = try ELFProgramHeaders(table, of: header)
        let start = try #require(headers.first(.load)?.virtualAddress)
        let (first, last) = (headers.fileOffset(of: start), headers.fileOffset(of: start + 0x1ff))
        let (zero, below) = (headers.fileOffset(of: start + 0x200), headers.fileOffset(of: start &- 1))
        #expect(first == 0x1000 && last == 0x11ff)
        #expect(zero == nil && below == nil)
    }
}
