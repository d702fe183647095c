// SPDX-License-Identifier: Apache-2.0

// A small ELF file written field by field, so that a test can change exactly one thing.

import ByteCodec

/// One program header to be written.
struct SegmentFixture {
    var kind: UInt32 = 1
    var permissions: UInt32 = 5
    var offset: UInt64 = 0
    var address: UInt64 = 0x40_0000
    var fileSize: UInt64 = 0x1000
    var memorySize: UInt64 = 0x1000
    var alignment: UInt64 = 0x1000
}

/// A file of two pages with its headers at the beginning.
struct FileFixture {
    var identity: [UInt8] = [
        0x7f, 0x45, 0x4c, 0x46,  // magic
        0x02,  // EI_CLASS: 64-bit
        0x01,  // EI_DATA: little-endian
        0x01,  // EI_VERSION
        0x00, 0x00,  // EI_OSABI, EI_ABIVERSION
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // padding
    ]
    var type: UInt16 = 2
    var machine: UInt16 = 62
    var version: UInt32 = 1
    var entrySize: UInt16 = 56
    var count: UInt16?
    var tableOffset: UInt64 = 64
    var segments = [
        SegmentFixture(),
        SegmentFixture(permissions: 6, offset: 0x1000, address: 0x40_2000, fileSize: 0x800, memorySize: 0x3000),
        SegmentFixture(kind: 0x6474_e551, permissions: 6, address: 0, fileSize: 0, memorySize: 0, alignment: 16),
    ]

    var bytes: [UInt8] {
        var out = identity
        out.appendLittleEndian(type)  // e_type
        out.appendLittleEndian(machine)  // e_machine
        out.appendLittleEndian(version)  // e_version
        out.appendLittleEndian(UInt64(0x40_0100))  // e_entry
        out.appendLittleEndian(tableOffset)  // e_phoff
        out.appendLittleEndian(UInt64(0))  // e_shoff
        out.appendLittleEndian(UInt32(0))  // e_flags
        out.appendLittleEndian(UInt16(64))  // e_ehsize
        out.appendLittleEndian(entrySize)  // e_phentsize
        out.appendLittleEndian(count ?? UInt16(segments.count))  // e_phnum
        out.appendZeros(6)  // e_shentsize, e_shnum, e_shstrndx
        for segment in segments {
            out.appendLittleEndian(segment.kind)  // p_type
            out.appendLittleEndian(segment.permissions)  // p_flags
            out.appendLittleEndian(segment.offset)  // p_offset
            out.appendLittleEndian(segment.address)  // p_vaddr
            out.appendLittleEndian(segment.address)  // p_paddr
            out.appendLittleEndian(segment.fileSize)  // p_filesz
            out.appendLittleEndian(segment.memorySize)  // p_memsz
            out.appendLittleEndian(segment.alignment)  // p_align
        }
        out.appendZeros(0x2000 - out.count)
        return out
    }
}
