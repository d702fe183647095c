// SPDX-License-Identifier: Apache-2.0
//
// The auxiliary vector (getauxval(3)): what the kernel tells the C library and the dynamic linker besides the strings.
// Order and contents as Linux 6.1 writes them on x86-64.

internal import Containers
internal import LinuxABI

/// The entries of an auxiliary vector, in order.
struct AuxiliaryVector: ~Copyable {
    /// The types that are used (elf.h).
    enum Kind: UInt64 {
        case null = 0, programHeaders = 3, programHeaderSize = 4, programHeaderCount = 5, pageSize = 6
        case interpreterBase = 7, flags = 8, entry = 9, userID = 11, effectiveUserID = 12, groupID = 13
        case effectiveGroupID = 14, platform = 15, hardwareCapabilities = 16, clockTicks = 17, isSecure = 23
        case random = 25, hardwareCapabilities2 = 26, sequenceFeatureSize = 27, sequenceAlignment = 28
        case executableName = 31, vdso = 33, minimumSignalStack = 51
    }

    private var entries = InlineArray<26, (kind: UInt64, value: UInt64)>(repeating: (0, 0))
    /// The number of entries, without the terminating one.
    private(set) var count = 0

    init() {}

    // Both out of line: inlined, each use makes a copy of all entries in its caller's frame.
    @inline(never)
    mutating func add(_ kind: Kind, _ value: UInt64) {
        entries[count] = (kind.rawValue, value)
        count += 1
    }

    /// Stores the entries, eight bytes for each of their words.
    @inline(never)
    func store(in bytes: inout UniqueArray<UInt8>, at offset: Int) {
        let entries = entries.span  // by subscript, each entry would cost a copy of all of them
        var place = offset
        for i in 0..<count {
            let entry = entries[i]
            for shift in 0..<8 {
                bytes[place + shift] = UInt8(truncatingIfNeeded: entry.kind >> UInt64(8 * shift))
                bytes[place + 8 + shift] = UInt8(truncatingIfNeeded: entry.value >> UInt64(8 * shift))
            }
            place += 16
        }
    }
}
