// SPDX-License-Identifier: Apache-2.0

// What page tables promise: an entry is found where it was put, ranges are visited in order and absent ones skipped, and
// the tables are given back.

import Containers
import Machine
import Memory
import Processor
import TestSupport
import Testing

@Suite("PageTable", .serialized)
struct PageTableTests {
    private typealias Tables = ProgramTables

    private func makeTables() throws -> ProgramTables {
        TestMachine.start()
        return try ProgramTables.makeForProgram()
    }

    @Test("Entries are where they were put, and nowhere else")
    func entries() throws {
        var tables = try makeTables()
        var random = SeededRandom()
        var model: [UInt: UInt64] = [:]
        for _ in 0..<300 {
            // Clustered, so that tables are shared, over the whole half.
            let address =
                (UInt(random.next(below: 8)) << 44 | UInt(random.next(below: 4)) << 30 | UInt(random.next(below: 600))
                    << 12)
            let entry = NativePageFormat.leaf(FrameNumber(UInt32(1 + random.next(below: 1 << 20))), [.read, .program])
            try tables.makeSlot(address).entry = entry
            model[address] = entry
        }
        for (address, entry) in model { #expect(tables.slot(address)?.entry == entry) }
        #expect(tables.slot(0x7777_0000_0000) == nil)
        var visited: [UInt] = []
        tables.forEachLeaf(from: 0, to: 0x7fff_ffff_f000) { address, slot, entry in
            #expect(model[address] == entry && slot.entry == entry)
            visited.append(address)
        }
        #expect(visited == model.keys.sorted())
        let start: UInt = 1 << 44 | 5 << 12
        var part: [UInt] = []
        tables.forEachLeaf(from: start, to: 3 << 44) { address, _, _ in part.append(address) }
        #expect(part == model.keys.filter { $0 >= start && $0 < 3 << 44 }.sorted())
    }

    @Test(
        "An entry says what it was made of",
        arguments: [[.read, .program], [.read, .write, .program], [.read, .execute], [.read, .write, .global]]
            as [PagePermissions])
    func permissions(_ permissions: PagePermissions) {
        let entry = NativePageFormat.leaf(FrameNumber(0x12345), permissions)
        #expect(NativePageFormat.permissions(entry) == permissions && NativePageFormat.isPresent(entry))
        #expect(NativePageFormat.frame(entry) == FrameNumber(0x12345) && !NativePageFormat.isDirty(entry))
        let changed = NativePageFormat.changing(entry, to: [.read])
        #expect(NativePageFormat.frame(changed) == FrameNumber(0x12345))
        #expect(NativePageFormat.permissions(changed) == [.read])
        // Nothing permitted: the frame stays known, and no access passes.
        let hidden = NativePageFormat.changing(entry, to: [])
        #expect(!NativePageFormat.isPresent(hidden) && NativePageFormat.frame(hidden) == FrameNumber(0x12345))
        #expect(hidden != NativePageFormat.empty)
    }
}
