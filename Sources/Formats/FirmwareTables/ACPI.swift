// SPDX-License-Identifier: Apache-2.0
//
// From ACPI's root pointer to the processors: RSDP → XSDT or RSDT → MADT → its entries for local APICs.
// Source: ACPI Specification 6.5, §5.2.5 (RSDP), §5.2.7–8 (RSDT, XSDT), §5.2.12 (MADT).

/// ACPI's tables.
public enum ACPI {
    private static var rootSignature: UInt64 { 0x2052_5450_2044_5352 }  // "RSD PTR "
    private static var processorTable: UInt32 { 0x4349_5041 }  // "APIC"
    private static var headerSize: UInt64 { 36 }
    /// Larger tables than this are no tables.
    private static var longestTable: UInt32 { 1 << 20 }

    /// Adds the processors that are enabled.
    ///
    /// - Parameter root: where the RSDP is, as the loader says.
    /// - Returns: false if the tables do not hold together, or there is no MADT; some may have been added.
    public static func addProcessors(
        root: UInt64, in memory: some PhysicalMemory, to processors: inout ProcessorList
    ) -> Bool {
        guard memory.load(UInt64.self, at: root) == rootSignature, memory.isSound(at: root, count: 20) else {
            return false
        }
        let revision = memory.load(UInt8.self, at: root &+ 15) ?? 0
        if revision >= 2, memory.isSound(at: root, count: 36), let table = memory.load(UInt64.self, at: root &+ 24),
            table != 0
        {
            return add(list: table, pointer: UInt64.self, memory, &processors)
        }
        guard let table = memory.load(UInt32.self, at: root &+ 16) else { return false }
        return add(list: UInt64(table), pointer: UInt32.self, memory, &processors)
    }

    private static func add<Pointer: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        list: UInt64, pointer: Pointer.Type, _ memory: some PhysicalMemory, _ processors: inout ProcessorList
    ) -> Bool {
        guard let length = length(of: list, memory) else { return false }
        var place = list &+ headerSize
        let size = UInt64(MemoryLayout<Pointer>.size)
        while place &+ size <= list &+ length {
            if let entry = memory.load(Pointer.self, at: place),
                memory.load(UInt32.self, at: UInt64(entry)) == processorTable
            {
                return add(table: UInt64(entry), memory, &processors)
            }
            place += size
        }
        return false
    }

    /// The length of a sound table.
    private static func length(of table: UInt64, _ memory: some PhysicalMemory) -> UInt64? {
        guard let length = memory.load(UInt32.self, at: table &+ 4), length >= headerSize, length <= longestTable,
            memory.isSound(at: table, count: Int(length))
        else { return nil }
        return UInt64(length)
    }

    private static func add(
        table: UInt64, _ memory: some PhysicalMemory, _ processors: inout ProcessorList
    ) -> Bool {
        guard let length = length(of: table, memory) else { return false }
        var place = table &+ headerSize + 8  // the local APICs' address and flags come first
        while place &+ 2 <= table &+ length {
            guard let kind = memory.load(UInt8.self, at: place), let size = memory.load(UInt8.self, at: place &+ 1),
                size >= 2, place &+ UInt64(size) <= table &+ length
            else { return false }
            switch (kind, size) {
            case (0, 8...):
                // Processor Local APIC: identifier and flags; bit 0 is "enabled".
                if let flags = memory.load(UInt32.self, at: place &+ 4), flags & 1 != 0,
                    let identifier = memory.load(UInt8.self, at: place &+ 3)
                {
                    processors.append(UInt32(identifier))
                }
            case (9, 16...):
                // Processor Local x2APIC.
                if let flags = memory.load(UInt32.self, at: place &+ 8), flags & 1 != 0,
                    let identifier = memory.load(UInt32.self, at: place &+ 4)
                {
                    processors.append(identifier)
                }
            default: break
            }
            place += UInt64(size)
        }
        return true
    }
}
