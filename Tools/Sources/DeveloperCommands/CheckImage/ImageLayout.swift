// SPDX-License-Identifier: Apache-2.0

// An ELF64 file's segments and dynamic relocations, as far as the checks ask for them.
// Source: System V ABI, "Object Files"; x86-64 psABI §4.4.

/// Where an image's bytes go, and what is adjusted there.
struct ImageLayout {
    /// A loaded segment.
    struct Segment: Equatable {
        let address: UInt64
        let isWritable: Bool
        let isExecutable: Bool
    }

    let segments: [Segment]
    /// How many dynamic relocations of each type there are.
    let relocations: [UInt32: Int]

    /// Reads a file; nil if it is no little-endian ELF64.
    init?(_ file: [UInt8]) {
        func value(_ offset: Int, _ size: Int) -> UInt64 {
            guard offset >= 0, offset + size <= file.count else { return 0 }
            return (0..<size).reduce(0) { $0 | UInt64(file[offset + $1]) << (8 * UInt64($1)) }
        }
        func offset(_ at: Int) -> Int { Int(truncatingIfNeeded: value(at, 8)) }
        guard file.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
        let programHeaders = offset(32)
        let sectionHeaders = offset(40)
        segments = (0..<Int(value(56, 2))).compactMap { index in
            let header = programHeaders + index * 56
            guard value(header, 4) == 1 else { return nil }  // PT_LOAD
            let flags = value(header + 4, 4)
            return Segment(address: value(header + 16, 8), isWritable: flags & 2 != 0, isExecutable: flags & 1 != 0)
        }
        var relocations: [UInt32: Int] = [:]
        for index in 0..<Int(value(60, 2)) {
            let header = sectionHeaders + index * 64
            guard value(header + 4, 4) == 4, value(header + 8, 8) & 2 != 0 else { continue }  // SHT_RELA, SHF_ALLOC
            for entry in stride(from: offset(header + 24), to: offset(header + 24) + offset(header + 32), by: 24) {
                relocations[UInt32(value(entry + 8, 4)), default: 0] += 1
            }
        }
        self.relocations = relocations
    }
}
