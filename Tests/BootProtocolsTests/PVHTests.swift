// SPDX-License-Identifier: Apache-2.0

// What the PVH structures promise: the fields of the Xen ABI, version 0 without a map, short bytes refused.

import BootProtocols
import ByteCodec
import Testing

@Suite("PVH structures")
struct PVHTests {
    let startInfo: [UInt8] = [
        0x78, 0xc5, 0x6e, 0x33,  // magic
        0x01, 0x00, 0x00, 0x00,  // version
        0x00, 0x00, 0x00, 0x00,  // flags
        0x01, 0x00, 0x00, 0x00,  // nr_modules
        0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // modlist_paddr
        0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // cmdline_paddr
        0x00, 0x30, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // rsdp_paddr
        0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // memmap_paddr
        0x02, 0x00, 0x00, 0x00,  // memmap_entries
        0x00, 0x00, 0x00, 0x00,  // reserved
    ]

    @Test("The start-of-day structure is read field by field")
    func version1() throws {
        let info = try PVHStartInfo(parsing: startInfo.rawBytes)
        #expect(info.version == 1)
        #expect(info.moduleCount == 1)
        #expect(info.modulesAddress == 0x1000)
        #expect(info.commandLineAddress == 0x2000)
        #expect(info.rootPointerAddress == 0x3000)
        #expect(info.memoryMapAddress == 0x4000)
        #expect(info.memoryMapCount == 2)
    }

    @Test("Version 0 ends before the memory map")
    func version0() throws {
        var bytes = Array(startInfo[..<40])
        bytes[4] = 0
        #expect(try PVHStartInfo(parsing: bytes.rawBytes).memoryMapCount == 0)
    }

    @Test("Short bytes and another magic are refused")
    func refusals() {
        for length in 0..<52 {
            #expect(throws: PVHError.truncated(available: length)) {
                try PVHStartInfo(parsing: Array(startInfo[..<length]).rawBytes)
            }
        }
        var bytes = startInfo
        bytes[0] = 0
        #expect(throws: PVHError.badMagic(0x336e_c500)) { try PVHStartInfo(parsing: bytes.rawBytes) }
    }

    @Test("Modules and memory ranges are read by index")
    func lists() throws {
        let modules: [UInt8] =
            [UInt8](repeating: 0, count: 32) + [
                0x00, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00,  // paddr
                0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // size
                0x00, 0x50, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // cmdline_paddr
                0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // reserved
            ]
        let module = try PVHModule(parsing: modules.rawBytes, index: 1)
        #expect(module.address == 0x20_0000 && module.size == 0x800 && module.commandLineAddress == 0x5000)
        let map: [UInt8] = [
            0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00,  // addr
            0x00, 0x00, 0xf0, 0x03, 0x00, 0x00, 0x00, 0x00,  // size
            0x01, 0x00, 0x00, 0x00,  // type: memory
            0x00, 0x00, 0x00, 0x00,  // reserved
        ]
        let range = try PVHMemoryRange(parsing: map.rawBytes)
        #expect(range.address == 0x10_0000 && range.size == 0x3f0_0000 && range.kind == .memory)
        for index in [1, -1, Int.max, Int.min] {
            #expect(throws: PVHError.self) { try PVHMemoryRange(parsing: map.rawBytes, index: index) }
        }
    }
}
