// SPDX-License-Identifier: Apache-2.0

// A machine's low memory with tables in it, as QEMU makes them.

import ByteCodec
import FirmwareTables

/// Memory of 1 MiB.
struct LowMemory: PhysicalMemory {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)

    func withBytes<R>(at address: UInt64, count: Int, _ body: (RawSpan) -> R) -> R? {
        guard count >= 0, address <= UInt64(bytes.count), UInt64(bytes.count) - address >= UInt64(count) else {
            return nil
        }
        return body(bytes.rawBytes.extracting(Int(address)..<Int(address) + count))
    }

    mutating func put(_ new: [UInt8], at address: Int) {
        bytes.replaceSubrange(address..<address + new.count, with: new)
    }

    /// Puts a table whose bytes add up to 0 thanks to the one at `sumAt`.
    mutating func putSummed(_ new: [UInt8], at address: Int, sumAt: Int) {
        var table = new
        table[sumAt] = 0
        table[sumAt] = 0 &- table.reduce(0, &+)
        put(table, at: address)
    }
}

func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

/// A MADT with local APICs: (identifier, flags), and one x2APIC.
func processorTable(_ processors: [(UInt8, UInt32)], extended: [(UInt32, UInt32)] = []) -> [UInt8] {
    var entries: [UInt8] = []
    for (identifier, flags) in processors { entries += [0, 8, 0, identifier] + little(UInt64(flags), 4) }
    entries += [1, 12] + [UInt8](repeating: 0, count: 10)  // an I/O APIC
    for (identifier, flags) in extended {
        entries += [9, 16, 0, 0] + little(UInt64(identifier), 4) + little(UInt64(flags), 4) + little(0, 4)
    }
    let length = 44 + entries.count
    return Array("APIC".utf8) + little(UInt64(length), 4) + [UInt8](repeating: 0, count: 36) + entries
}

/// Memory with ACPI's tables: a root pointer at 0xf0040, its list at 0x80000 and the MADT at 0x81000.
func memory(with table: [UInt8], revision: UInt8 = 2) -> LowMemory {
    var memory = LowMemory()
    memory.putSummed(table, at: 0x81000, sumAt: 9)
    let pointer = little(0x81000, revision >= 2 ? 8 : 4)
    let list =
        Array((revision >= 2 ? "XSDT" : "RSDT").utf8) + little(UInt64(36 + pointer.count), 4)
        + [UInt8](repeating: 0, count: 28) + pointer
    memory.putSummed(list, at: 0x80000, sumAt: 9)
    var root = Array("RSD PTR ".utf8) + [0] + Array("APUS  ".utf8) + [revision] + little(revision >= 2 ? 0 : 0x80000, 4)
    root[8] = 0 &- root.reduce(0, &+)
    if revision >= 2 {
        root += little(36, 4) + little(0x80000, 8) + [0, 0, 0, 0]
        root[32] = 0 &- root.reduce(0, &+)
    }
    memory.put(root, at: 0xf0040)
    return memory
}

/// Memory with an MP table at the end of the base memory, where QEMU's microvm has it, its count of entries left at 0.
func memory(withProcessors processors: [(UInt8, UInt8)]) -> LowMemory {
    var memory = LowMemory()
    var entries: [UInt8] = []
    for (identifier, flags) in processors {
        entries += [0, identifier, 0x14, flags] + [UInt8](repeating: 0, count: 16)
    }
    entries += [1, 0] + Array("ISA   ".utf8) + [2, 3, 0x11, 1] + little(0xfec0_0000, 4)
    let table =
        Array("PCMP".utf8) + little(UInt64(44 + entries.count), 2) + [4, 0] + [UInt8](repeating: 0, count: 36) + entries
    memory.putSummed(table, at: 0x9fc10, sumAt: 7)
    memory.putSummed(Array("_MP_".utf8) + little(0x9fc10, 4) + [1, 4, 0, 0, 0, 0, 0, 0], at: 0x9fc00, sumAt: 10)
    return memory
}

/// The processors by ACPI's tables; nil if they do not hold together.
func acpiProcessors(_ memory: LowMemory, root: UInt64 = 0xf0040) -> [UInt32]? {
    var list = ProcessorList()
    return ACPI.addProcessors(root: root, in: memory, to: &list) ? (0..<list.count).map { list[$0] } : nil
}

/// The processors by the MP table; nil if there is none that holds together.
func processorsByTable(_ memory: LowMemory) -> [UInt32]? {
    var list = ProcessorList()
    return MultiProcessorTable.addProcessors(in: memory, to: &list) ? (0..<list.count).map { list[$0] } : nil
}
