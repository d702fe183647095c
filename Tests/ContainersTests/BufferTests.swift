// SPDX-License-Identifier: Apache-2.0
//
// RingBuffer and BitSet.

import Containers
import Testing

@Suite struct RingBufferTests {
    @Test("bytes come out in the order they went in, across the wrap", arguments: [5, 6] as [UInt64])
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ring = try RingBuffer(capacity: 13)
        var model: [UInt8] = []
        var next: UInt8 = 0
        for _ in 0..<2000 {
            if Bool.random(using: &random) {
                let bytes = (0..<Int.random(in: 0..<9, using: &random)).map { next &+ UInt8($0) }
                let accepted = ring.write(bytes.span.rawBytes)
                #expect(accepted == min(bytes.count, 13 - model.count))
                model += bytes[..<accepted]
                next &+= UInt8(accepted)
            } else {
                var target = [UInt8](repeating: 0, count: Int.random(in: 0..<9, using: &random))
                var span = target.mutableSpan
                var raw = span.rawBytes
                let got = ring.read(into: &raw)
                #expect(got == min(target.count, model.count))
                #expect(Array(target[..<got]) == Array(model[..<got]))
                model.removeFirst(got)
            }
            #expect(ring.count == model.count && ring.room == 13 - model.count)
        }
    }

    @Test("resizing keeps the bytes")
    func resize() throws {
        var ring = try RingBuffer(capacity: 4)
        _ = ring.write(([1, 2, 3] as [UInt8]).span.rawBytes)
        ring.discard(2)
        #expect(ring.write(byte: 4) && ring.write(byte: 5) && ring.write(byte: 6) && !ring.write(byte: 7))
        try ring.resize(toCapacity: 8)
        _ = ring.write(byte: 7)
        #expect((0..<5).map { _ in ring.readByte() } == [3, 4, 5, 6, 7] && ring.readByte() == nil)
    }
}

@Suite struct BitSetTests {
    @Test("the least absent and present members are found across words")
    func searching() throws {
        var set = BitSet()
        #expect(set.firstAbsent(from: 3) == 3 && set.firstMember(from: 0) == nil)
        try set.reserve(capacity: 200)
        for member in 0..<130 { set.insert(member) }
        #expect(set.firstAbsent(from: 0) == 130)
        set.remove(64)
        #expect(set.firstAbsent(from: 10) == 64 && set.firstAbsent(from: 65) == 130)
        #expect(set.firstMember(from: 64) == 65 && set.firstMember(from: 130) == nil)
        #expect(set.contains(129) && !set.contains(64) && !set.contains(100_000))
        #expect(set.firstAbsent(from: 500) == 500)
    }
}
