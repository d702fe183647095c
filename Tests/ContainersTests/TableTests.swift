// SPDX-License-Identifier: Apache-2.0
//
// HashTable and Slab against the standard library's Dictionary as the model.

import CAllocator
import Containers
import Testing

@Suite struct HashTableTests {
    @Test("random operations agree with a dictionary", arguments: [1, 77, 4242] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = HashTable<UInt64, Int>()
        var model: [UInt64: Int] = [:]
        for step in 0..<5000 {
            let key = UInt64.random(in: 0..<300, using: &random)
            if let position = table.find(key) {
                #expect(model[key] == table[position])
                if Bool.random(using: &random) {
                    #expect(table.remove(key) == model.removeValue(forKey: key))
                } else {
                    table[position] = step
                    model[key] = step
                }
            } else {
                #expect(model[key] == nil)
                try table.insert(key, step)
                model[key] = step
            }
            #expect(table.count == model.count)
        }
        var seen = 0, slot = 0
        while let position = table.nextPosition(fromSlot: slot) {
            #expect(model[table.key(at: position)] == table[position])
            seen += 1
            slot = position.slot + 1
        }
        #expect(seen == model.count)
    }

    @Test("keys of bytes are copied and found")
    func bytes() throws {
        var table = HashTable<ByteString, Int>()
        for value in 0..<200 { try table.insert(Array("file-\(value)".utf8).span, value) }
        for value in 0..<200 {
            let found = table.find(Array("file-\(value)".utf8).span)
            let position = try #require(found)
            #expect(table[position] == value)
        }
        #expect(table.find([UInt8]("file-").span) == nil)
        #expect(table.remove([UInt8]("file-7").span) == 7)
        #expect(table.find([UInt8]("file-7").span) == nil)
        #expect(table.remove([UInt8]("file-7").span) == nil)
    }

    @Test("a position stays valid while others come and go")
    func stablePositions() throws {
        var table = HashTable<UInt64, Int>()
        let position = try table.insert(5, 50)
        for key in 100..<400 { try table.insert(UInt64(key), key) }
        for key in 100..<250 { _ = table.remove(UInt64(key)) }
        #expect(table[position] == 50 && table.key(at: position) == 5)
    }

    @Test("every failing allocation leaves the table as it was")
    func allocationFailure() throws {
        var table = HashTable<ByteString, Int>()
        for count in 0..<70 {
            let key = Array("k\(count)".utf8)
            _ = withEveryAllocationFailing { () throws(OutOfMemory) in
                try table.insert(key.span, count)
            } afterFailure: {
                #expect(table.count == count && table.find(key.span) == nil)
            }
        }
        for count in 0..<70 { #expect(table.remove(Array("k\(count)".utf8).span) == count) }
    }

    @Test("values die with the table")
    func valuesDie() throws {
        let census = Census()
        let before = apus_test_live_allocations()
        do {
            var table = HashTable<ByteString, Counted>()
            for value in 0..<50 { try table.insert(Array("v\(value)".utf8).span, Counted(value, census)) }
            _ = table.remove([UInt8]("v9").span)
            #expect(census.alive == 49)
        }
        #expect(census.alive == 0 && apus_test_live_allocations() == before)
    }
}

@Suite struct SlabTests {
    @Test("a freed slot is used again and others keep theirs")
    func reuse() throws {
        var slab = Slab<Int>()
        for value in 0..<10 { #expect(try slab.insert(value) == value) }
        #expect(slab.remove(4) == 4)
        #expect(!slab.isOccupied(4) && slab.nextOccupied(from: 4) == 5)
        #expect(try slab.insert(44) == 4)
        #expect(slab[4] == 44 && slab[9] == 9 && slab.count == 10 && slab.slotCount == 10)
    }
}
