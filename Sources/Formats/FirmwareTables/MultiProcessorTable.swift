// SPDX-License-Identifier: Apache-2.0
//
// The table of processors of machines without ACPI: a floating pointer "_MP_" in low memory, and the configuration table
// "PCMP" that it names.
// Source: Intel MultiProcessor Specification 1.4, §4.

/// The MP configuration table.
public enum MultiProcessorTable {
    private static var pointerSignature: UInt32 { 0x5f50_4d5f }  // "_MP_"
    private static var tableSignature: UInt32 { 0x504d_4350 }  // "PCMP"

    /// The processors that are usable.
    ///
    /// - Returns: nil if there is no table, or it does not hold together.
    public static func processors(in memory: some PhysicalMemory) -> ProcessorList? {
        let begins: (UInt64) -> Bool = { address in
            memory.load(UInt32.self, at: address) == pointerSignature && memory.isSound(at: address, count: 16)
        }
        // The last KiB of the base memory counts as well, where there is no extended area.
        guard
            let pointer = LegacyAreas.find(in: memory, extendedArea: 1024, biosArea: 0xf_0000, begins)
                ?? LegacyAreas.find(from: 0x9_fc00, to: 0xa_0000, begins)
        else { return nil }
        if let kind = memory.load(UInt8.self, at: pointer + 11), kind != 0 { return defaultProcessors }
        guard let table = memory.load(UInt32.self, at: pointer + 4), table != 0 else { return nil }
        return processors(table: UInt64(table), memory)
    }

    /// Every default configuration has two processors with the identifiers 0 and 1 (§5).
    private static var defaultProcessors: ProcessorList {
        var processors = ProcessorList()
        processors.append(0)
        processors.append(1)
        return processors
    }

    private static func processors(table: UInt64, _ memory: some PhysicalMemory) -> ProcessorList? {
        guard memory.load(UInt32.self, at: table) == tableSignature,
            let length = memory.load(UInt16.self, at: table + 4), length >= 44,
            memory.isSound(at: table, count: Int(length))
        else { return nil }
        var processors = ProcessorList()
        // As far as the table goes: the count of entries is 0 in the tables of QEMU's microvm.
        var place = table + 44
        while place + 8 <= table + UInt64(length) {
            guard let kind = memory.load(UInt8.self, at: place) else { return nil }
            // A processor's entry has 20 bytes: kind, identifier, version, flags (bit 0: usable). All others have 8.
            guard kind == 0 else {
                place += 8
                continue
            }
            guard place + 20 <= table + UInt64(length) else { return nil }
            if let identifier = memory.load(UInt8.self, at: place + 1),
                let flags = memory.load(UInt8.self, at: place + 3),
                flags & 1 != 0
            {
                processors.append(UInt32(identifier))
            }
            place += 20
        }
        return processors
    }
}
