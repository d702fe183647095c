// SPDX-License-Identifier: Apache-2.0

// The processors that tables name, and what becomes of tables that do not hold together.

import DamagedBytes
import FirmwareTables
import Testing

@Suite("FirmwareTables")
struct FirmwareTablesTests {
    @Test("ACPI's table names the enabled processors once each, in its order", arguments: [UInt8(0), 2])
    func processors(_ revision: UInt8) {
        let table = processorTable([(0, 1), (2, 1), (4, 0), (2, 1)], extended: [(300, 1), (301, 0)])
        let memory = memory(with: table, revision: revision)
        #expect(ACPI.findRoot(in: memory) == 0xf0040)
        #expect(ACPI.processors(root: 0xf0040, in: memory)?.all == [0, 2, 300])
    }

    @Test("The extended BIOS data area is searched first")
    func extendedArea() {
        var memory = memory(with: processorTable([(7, 1)]))
        memory.put(Array(memory.bytes[0xf0040..<0xf0064]), at: 0x9_0010)
        memory.put([0x00, 0x90], at: 0x40e)
        #expect(ACPI.findRoot(in: memory) == 0x9_0010)
    }

    @Test("Without tables there are no processors to name")
    func nothing() {
        let memory = LowMemory()
        #expect(ACPI.findRoot(in: memory) == nil)
        #expect(ACPI.processors(root: 0xf0040, in: memory) == nil)
        #expect(ACPI.processors(root: .max, in: memory) == nil)
        #expect(MultiProcessorTable.processors(in: memory) == nil)
    }

    @Test("The MP table names usable processors, whatever it says about how many entries it has")
    func multiProcessor() {
        let memory = memory(withProcessors: [(0, 3), (1, 1), (2, 0), (5, 1)])
        #expect(MultiProcessorTable.processors(in: memory)?.all == [0, 1, 5])
    }

    @Test("More processors than there is room for are left out")
    func many() {
        let table = processorTable((0..<100).map { (UInt8($0), 1) })
        #expect(ACPI.processors(root: 0xf0040, in: memory(with: table))?.all == Array(0..<64))
    }

    @Test("A bit that is wrong anywhere in a table makes it none, or changes nothing")
    func damage() {
        let sound = memory(with: processorTable([(0, 1), (1, 1)]))
        for address in Array(0x81000..<0x81048) + Array(0x80000..<0x8002c) + Array(0xf0040..<0xf0064) {
            for bit in 0..<8 {
                var damaged = sound
                damaged.bytes[address] ^= 1 << bit
                let found = ACPI.processors(root: 0xf0040, in: damaged)
                #expect(found == nil || found?.all == [0, 1], "\(address) \(bit)")
            }
        }
    }

    @Test("Tables that add up but are nonsense are read to their end and no further", arguments: 1...200)
    func nonsense(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var table = processorTable([(0, 1), (1, 1)], extended: [(9, 1)])
        for _ in 0..<4 { table[44 + random.next(below: table.count - 44)] = UInt8(random.next(below: 256)) }
        _ = ACPI.processors(root: 0xf0040, in: memory(with: table))
        var other = memory(withProcessors: [(0, 3), (1, 1)])
        for _ in 0..<4 { other.bytes[0x9fc14 + random.next(below: 80)] = UInt8(random.next(below: 256)) }
        other.bytes[0x9fc17] = 0
        let length = Int(other.bytes[0x9fc14]) | Int(other.bytes[0x9fc15]) << 8
        let end = min(0x9fc10 + length, other.bytes.count)
        other.bytes[0x9fc17] = 0 &- other.bytes[0x9fc10..<end].reduce(0, &+)
        if let found = MultiProcessorTable.processors(in: other) { #expect(found.count <= 64) }
    }
}
