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
        #expect(acpiProcessors(memory) == [0, 2, 300])
    }

    @Test("The MP table's pointer is found where the specification says", arguments: [0x9_0010, 0x9_fc40, 0xf_8000])
    func places(_ place: Int) {
        var memory = memory(withProcessors: [(3, 1)])
        let pointer = Array(memory.bytes[0x9fc00..<0x9fc10])
        memory.put([UInt8](repeating: 0, count: 16), at: 0x9fc00)
        memory.put(pointer, at: place)
        if place < 0x9_fc00 { memory.put([0x00, 0x90], at: 0x40e) }
        #expect(processorsByTable(memory) == [3])
    }

    @Test("Without tables there are no processors to name")
    func nothing() {
        let memory = LowMemory()
        #expect(acpiProcessors(memory) == nil)
        #expect(acpiProcessors(memory, root: .max) == nil)
        #expect(processorsByTable(memory) == nil)
    }

    @Test("The MP table names usable processors, whatever it says about how many entries it has")
    func multiProcessor() {
        let memory = memory(withProcessors: [(0, 3), (1, 1), (2, 0), (5, 1)])
        #expect(processorsByTable(memory) == [0, 1, 5])
    }

    @Test("More processors than there is room for are left out")
    func many() {
        let table = processorTable((0..<100).map { (UInt8($0), 1) })
        #expect(acpiProcessors(memory(with: table)) == Array(0..<64))
    }

    @Test("A bit that is wrong anywhere in a table makes it none, or changes nothing")
    func damage() {
        let sound = memory(with: processorTable([(0, 1), (1, 1)]))
        for address in Array(0x81000..<0x81048) + Array(0x80000..<0x8002c) + Array(0xf0040..<0xf0064) {
            for bit in 0..<8 {
                var damaged = sound
                damaged.bytes[address] ^= 1 << bit
                let found = acpiProcessors(damaged)
                #expect(found == nil || found == [0, 1], "\(address) \(bit)")
            }
        }
    }

    @Test("Tables that add up but are nonsense are read to their end and no further", arguments: 1...200)
    func nonsense(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var table = processorTable([(0, 1), (1, 1)], extended: [(9, 1)])
        for _ in 0..<4 { table[44 + random.next(below: table.count - 44)] = UInt8(random.next(below: 256)) }
        _ = acpiProcessors(memory(with: table))
        var other = memory(withProcessors: [(0, 3), (1, 1)])
        for _ in 0..<4 { other.bytes[0x9fc14 + random.next(below: 80)] = UInt8(random.next(below: 256)) }
        other.bytes[0x9fc17] = 0
        let length = Int(other.bytes[0x9fc14]) | Int(other.bytes[0x9fc15]) << 8
        let end = min(0x9fc10 + length, other.bytes.count)
        other.bytes[0x9fc17] = 0 &- other.bytes[0x9fc10..<end].reduce(0, &+)
        if let found = processorsByTable(other) { #expect(found.count <= 64) }
    }
}
