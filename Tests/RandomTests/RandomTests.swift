// SPDX-License-Identifier: Apache-2.0

// What Random promises: ChaCha20 as RFC 8439 has it, and a stream that the seeds decide and that does not repeat.

import ByteCodec
import Containers
import TestSupport
import Testing

@testable import Random

@Suite("Random")
struct RandomTests {
    @Test("The block function gives the words of RFC 8439 §2.3.2")
    func block() {
        var key = InlineArray<8, UInt32>(repeating: 0)
        for i in 0..<8 {
            let first = UInt32(4 * i)
            key[i] = first | (first + 1) << 8 | (first + 2) << 16 | (first + 3) << 24
        }
        let block = ChaCha20.block(key: key, counter: 1, nonce: [0x0900_0000, 0x4a00_0000, 0])
        let expected: [UInt32] = [
            0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3, 0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204, 0x4e6c_d4c3,
            0x4664_82d2, 0x09aa_9f07, 0x05d7_c214, 0xa202_8bd9, 0xd19c_12b5, 0xb94e_16de, 0xe883_d0cb, 0x4e3c_50a2,
        ]
        #expect(block.indices.map { block[$0] } == expected)
    }

    @Test("The same seed gives the same numbers, another seed others, and no number comes twice")
    func seeds() {
        func numbers(_ seed: UInt64) -> [UInt64] {
            let generator = RandomGenerator()
            generator.stir(seed)
            return (0..<1000).map { _ in generator.next() }
        }
        #expect(numbers(1) == numbers(1))
        #expect(Set(numbers(1)).isDisjoint(with: numbers(2)))
        #expect(Set(numbers(3)).count == 1000)
    }

    @Test("Each byte of a seed matters, and so does where it stands")
    func seedBytes() {
        func first(_ seed: [UInt8]) -> UInt64 {
            let generator = RandomGenerator()
            generator.stir(seed.rawBytes)
            return generator.next()
        }
        let seed = [UInt8](repeating: 0x5a, count: 70)
        #expect(first(seed) == first(seed))
        var seen: Set<UInt64> = [first(seed)]
        for index in seed.indices {
            var other = seed
            other[index] ^= 1
            seen.insert(first(other))
        }
        #expect(seen.count == 71)
    }

    @Test("Bytes are filled to the last one, at every length")
    func fill() {
        let generator = RandomGenerator()
        for count in [0, 1, 7, 8, 9, 31, 32, 33, 1000] {
            var seen = [UInt8](repeating: 0, count: count)
            for _ in 0..<16 {
                var bytes = [UInt8](repeating: 0, count: count)
                var span = bytes.mutableSpan
                var raw = span.rawBytes
                generator.fill(&raw)
                for index in 0..<count { seen[index] |= bytes[index] }
            }
            #expect(!seen.contains(0), "\(count)")
        }
    }

    @Test("Bits are balanced")
    func balance() {
        let generator = RandomGenerator()
        var ones = 0
        for _ in 0..<10_000 { ones += generator.next().nonzeroBitCount }
        // 640,000 fair coins: five standard deviations are 2,000.
        #expect(abs(ones - 320_000) < 2_500)
    }
}
