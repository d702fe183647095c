// SPDX-License-Identifier: Apache-2.0
//
// RigidArray, UniqueArray, ByteString and the helpers on spans of bytes.

import CAllocator
import Containers
import Testing

@Suite struct UniqueArrayTests {
    @Test("append grows and keeps the order")
    func appendGrows() throws {
        var array = UniqueArray<Int>()
        for value in 0..<1000 { try array.append(value) }
        #expect(array.count == 1000)
        for value in 0..<1000 { #expect(array[value] == value) }
    }

    @Test("insert and remove shift the elements behind")
    func insertAndRemove() throws {
        var array = UniqueArray<Int>()
        for value in [1, 2, 4] { try array.append(value) }
        try array.insert(3, at: 2)
        try array.insert(0, at: 0)
        try array.insert(5, at: 5)
        #expect((0..<6).map { array[$0] } == [0, 1, 2, 3, 4, 5])
        #expect(array.remove(at: 0) == 0)
        #expect(array.remove(at: 4) == 5)
        #expect(array.swapRemove(at: 0) == 1)
        #expect((0..<3).map { array[$0] } == [4, 2, 3])
    }

    @Test("a failing growth leaves the array as it was")
    func failingGrowth() throws {
        var array = UniqueArray<Int>(), appended = 0
        for value in 0..<4 { try array.append(value) }
        let failures = withEveryAllocationFailing {
            () throws(OutOfMemory) in
            try array.append(4)
            appended += 1
        } afterFailure: {
        }
        #expect(failures == 1 && appended == 1)
        #expect(array.count == 5)
    }

    @Test("elements die exactly once")
    func elementsDie() throws {
        let census = Census()
        do {
            var array = UniqueArray<Counted>()
            for value in 0..<20 { try array.append(Counted(value, census)) }
            let taken = array.removeLast()
            #expect(taken.value == 19 && census.alive == 20)
            array.remove(at: 3)
            #expect(census.alive == 19)
        }
        #expect(census.alive == 0)
    }

    @Test("a capacity whose byte count overflows is out of memory")
    func overflow() {
        #expect(throws: OutOfMemory.self) { _ = try UniqueArray<Int>(capacity: Int.max / 4) }
    }

    @Test("nothing leaks")
    func noLeak() throws {
        let before = apus_test_live_allocations()
        do {
            var array = UniqueArray<UInt8>()
            try array.extend(toCount: 5000, with: 7)
            array.truncate(toCount: 3)
            let added: [UInt8] = [1, 2]
            try array.append(copying: added.span)
            #expect(array.count == 5 && array[2] == 7 && array[4] == 2)
        }
        #expect(apus_test_live_allocations() == before)
    }
}

@Suite struct ByteSpanTests {
    @Test("the first position of a byte is the array's, for every length and start", arguments: [7, 8] as [UInt64])
    func firstPosition(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            // Few values, 0 and neighbours of each other among them, so that there is much to find.
            let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                [0, 1, 0x2e, 0x2f, 0x30, 0x80, 0xff].randomElement(using: &random)! as UInt8
            }
            let start = Int.random(in: 0...bytes.count, using: &random)
            let wanted: UInt8 = [0, 0x2f, 0xff].randomElement(using: &random)!
            #expect(bytes.span.firstPosition(of: wanted, from: start) == bytes[start...].firstIndex(of: wanted))
        }
    }

    @Test("equality looks at every byte", arguments: 0..<40)
    func equality(length: Int) {
        let left = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        #expect(left.equals(left))
        for index in 0..<length {
            var right = left
            right[index] ^= 0x80
            #expect(!left.equals(right))
            #expect(left.span.bytesHash != right.span.bytesHash)
        }
        #expect(!left.equals(left + [0]))
    }

    @Test("text compares as its bytes")
    func text() {
        let bytes = Array<UInt8>("self/exe")
        let answers = [
            bytes.span.hasSameBytes(as: "self/exe"), bytes.span.hasPrefix("self/"),
            bytes.span.hasPrefix("self/exe/"), bytes.span.hasSameBytes(as: "self/ex"),
        ]
        #expect(answers == [true, true, false, false])
    }

    @Test("ByteString holds a copy")
    func byteString() throws {
        let name = try ByteString(copying: [UInt8]("name").span)
        let isEqual = name.equals([UInt8]("name").span)
        #expect(isEqual && name.count == 4)
        let empty = ByteString().isEmpty
        #expect(empty)
    }
}
