// SPDX-License-Identifier: Apache-2.0
//
// OrderedTree and RadixTree against sorted models.

import CAllocator
import Containers
import Testing

@Suite struct OrderedTreeTests {
    @Test("random operations agree with a sorted array", arguments: [3, 99, 31337] as [UInt64])
    func model(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var tree = OrderedTree<UInt64>()
        var model: Set<UInt64> = []
        for _ in 0..<3000 {
            let key = UInt64.random(in: 0..<500, using: &random)
            if model.contains(key) {
                #expect(tree.remove(key) == key * 2)
                model.remove(key)
            } else {
                #expect(tree.find(key) == nil)
                try tree.insert(key, key * 2)
                model.insert(key)
            }
            let probe = UInt64.random(in: 0..<510, using: &random)
            #expect(tree.floor(probe).map { tree.key(at: $0) } == model.filter { $0 <= probe }.max())
            #expect(tree.ceiling(probe).map { tree.key(at: $0) } == model.filter { $0 >= probe }.min())
        }
        var forward: [UInt64] = []
        var position = tree.first
        while let current = position {
            forward.append(tree.key(at: current))
            position = tree.next(current)
        }
        #expect(forward == model.sorted())
        var backward: [UInt64] = []
        position = tree.last
        while let current = position {
            backward.append(tree.key(at: current))
            position = tree.previous(current)
        }
        #expect(backward == model.sorted().reversed())
    }

    @Test("ascending insertions stay shallow")
    func balance() throws {
        var tree = OrderedTree<Int>()
        for key in 0..<4096 { try tree.insert(UInt64(key), key) }
        #expect(tree.height <= 17)
        for key in 0..<4000 { _ = tree.remove(UInt64(key)) }
        #expect(tree.height <= 9 && tree.count == 96)
    }

    @Test("payloads change in place and die once")
    func payloads() throws {
        let census = Census()
        do {
            var tree = OrderedTree<Counted>()
            for key in 0..<40 { try tree.insert(UInt64(key), Counted(key, census)) }
            for key in stride(from: 0, to: 40, by: 2) { _ = tree.remove(UInt64(key)) }
            #expect(census.alive == 20)
            let found = tree.ceiling(2)
            let position = try #require(found)
            #expect(tree[position].value == 3)
            tree.setKey(at: position, to: 2)
            #expect(tree.find(2) == position && tree.find(3) == nil)
        }
        #expect(census.alive == 0)
    }

    @Test("a failing insertion changes nothing")
    func allocationFailure() throws {
        var tree = OrderedTree<Int>()
        for key in 0..<33 {
            _ = withEveryAllocationFailing { () throws(OutOfMemory) in
                try tree.insert(UInt64(key), key)
            } afterFailure: {
                #expect(tree.count == key && tree.find(UInt64(key)) == nil)
            }
        }
        #expect(tree.count == 33)
    }
}

@Suite struct RadixTreeTests {
    @Test(
        "random operations agree with a dictionary",
        arguments: [(11, 1), (12, 60), (13, 5000), (14, 1 << 40)] as [(UInt64, UInt64)])
    func model(seed: UInt64, stride: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var tree = RadixTree()
        var model: [UInt64: UInt32] = [:]
        for step in 0..<3000 as Range<UInt32> {
            let index = UInt64.random(in: 0..<400, using: &random) * stride
            switch UInt64.random(in: 0..<3, using: &random) {
            case 0:
                #expect(tree.remove(index) == model.removeValue(forKey: index))
            case 1:
                #expect(tree[index] == model[index])
                let expected = model.keys.filter { $0 >= index }.min()
                #expect(tree.next(from: index)?.index == expected)
                #expect(tree.next(from: index)?.value == expected.flatMap { model[$0] })
            default:
                #expect(try tree.set(index, to: step) == model.updateValue(step, forKey: index))
            }
            #expect(tree.count == model.count)
        }
        let range = 50 * stride..<300 * stride
        var removed: [UInt64] = []
        tree.removeAll(in: range) { removed.append($0.index) }
        #expect(removed == model.keys.filter { range.contains($0) }.sorted())
        #expect(tree.count == model.count - removed.count)
    }

    @Test("one page at index 0 needs no memory, 64 pages one node")
    func smallFiles() throws {
        let before = apus_test_allocation_count()
        var tree = RadixTree()
        try tree.set(0, to: 7)
        #expect(apus_test_allocation_count() == before && tree[0] == 7 && tree[1] == nil)
        for index in 1..<64 as Range<UInt64> { try tree.set(index, to: 8) }
        #expect(apus_test_allocation_count() == before + 2)
    }

    @Test("every failing allocation leaves the tree as it was")
    func allocationFailure() throws {
        var tree = RadixTree()
        var present: [UInt64] = []
        for index in [0, 1, 64, 4096, 1 << 30, 5, 1 << 50, (1 << 60) - 1] as [UInt64] {
            _ = withEveryAllocationFailing { () throws(OutOfMemory) in
                try tree.set(index, to: 1)
            } afterFailure: {
                #expect(tree.count == present.count && tree[index] == nil)
                for other in present { #expect(tree[other] == 1) }
            }
            present.append(index)
        }
        for index in present { #expect(tree.remove(index) == 1) }
        #expect(tree.count == 0 && tree.next(from: 0) == nil)
    }
}
