// SPDX-License-Identifier: Apache-2.0
//
// The table of processors of machines without ACPI: a floating pointer "_MP_" in low memory, and the configuration table
// "PCMP" that it names.
// Source: Intel MultiProcessor Specification 1.4, §4.

internal import ByteCodec

/// The MP configuration table.
public enum MultiProcessorTable {
    private static var pointerSignature: UInt32 { 0x5f50_4d5f }  // "_MP_"
    private static var tableSignature: UInt32 { 0x504d_4350 }  // "PCMP"

    /// Adds the processors that are usable.
    ///
    /// - Returns: false if there is no table, or it does not hold together; some may have been added.
    public static func addProcessors(
        in memory: some PhysicalMemory, to processors: inout ProcessorList
    ) -> Bool {
        guard let pointer = floatingPointer(memory) else { return false }
        if let kind = memory.load(UInt8.self, at: pointer + 11), kind != 0 {
            // Every default configuration has two processors with the identifiers 0 and 1 (§5).
            processors.append(0)
            processors.append(1)
            return true
        }
        guard let table = memory.load(UInt32.self, at: pointer + 4), table != 0 else { return false }
        return add(table: UInt64(table), memory, &processors)
    }

    // MARK: Finding it

    /// The floating pointer, on a 16-byte boundary of the first KiB of the extended BIOS data area, the last KiB of the
    /// base memory, or the BIOS area.
    private static func floatingPointer(_ memory: some PhysicalMemory) -> UInt64? {
        // The BIOS data area names the extended one by its segment; where there is no BIOS this is anything.
        let extended = UInt64(memory.load(UInt16.self, at: 0x40e) ?? 0) << 4
        if extended >= 0x8_0000, extended < 0xa_0000, let found = find(extended, 1024, memory) { return found }
        return find(0x9_fc00, 1024, memory) ?? find(0xf_0000, 0x1_0000, memory)
    }

    private static func find(_ start: UInt64, _ count: Int, _ memory: some PhysicalMemory) -> UInt64? {
        let found = memory.withBytes(at: start, count: count) { bytes -> UInt64? in
            var offset = 0
            while offset + 16 <= bytes.byteCount {
                // The first letter first: there are thousands of places and at most one pointer.
                if bytes.byte(at: offset) == UInt8(truncatingIfNeeded: pointerSignature),
                    (try? bytes.littleEndian(UInt32.self, at: offset)) == pointerSignature,
                    memory.isSound(at: start + UInt64(offset), count: 16)
                {
                    return start + UInt64(offset)
                }
                offset += 16
            }
            return nil
        }
        return found ?? nil
    }

    // MARK: Reading it

    private static func add(
        table: UInt64, _ memory: some PhysicalMemory, _ processors: inout ProcessorList
    ) -> Bool {
        guard memory.load(UInt32.self, at: table) == tableSignature,
            let length = memory.load(UInt16.self, at: table + 4), length >= 44,
            memory.isSound(at: table, count: Int(length))
        else { return false }
        // As far as the table goes: the count of entries is 0 in the tables of QEMU's microvm.
        var place = table + 44
        while place + 8 <= table + UInt64(length) {
            guard let kind = memory.load(UInt8.self, at: place) else { return false }
            // A processor's entry has 20 bytes: kind, identifier, version, flags (bit 0: usable). All others have 8.
            guard kind == 0 else {
                place += 8
                continue
            }
            guard place + 20 <= table + UInt64(length) else { return false }
            if let identifier = memory.load(UInt8.self, at: place + 1),
                let flags = memory.load(UInt8.self, at: place + 3), flags & 1 != 0
            {
                processors.append(UInt32(identifier))
            }
            place += 20
        }
        return true
    }
}
