// SPDX-License-Identifier: Apache-2.0
//
// Damage to bytes, for tests of what reads them: cut at every length, and changed at random places in the ways that
// files and wires go wrong (flipped bits, wild words, moved and lost pieces). Seeded, so that a failure can be repeated.
// Unit tests use it through TestSupport, the developers' helper for machines that it boots.

/// Makes damaged copies of a sequence of bytes.
public struct Damage: Sendable {
    /// Random copies that are made of each sample.
    public let rounds: Int
    private var random: SplitMix64

    /// Begins with a seed.
    ///
    /// - Parameter rounds: random copies of each sample.
    public init(seed: UInt64, rounds: Int) {
        self.rounds = rounds
        random = SplitMix64(seed: seed)
    }

    /// Visits every beginning of the sample, the shortest first, then `rounds` changed copies of it.
    public mutating func forEach(_ sample: [UInt8], _ body: ([UInt8]) throws -> Void) rethrows {
        // Long samples are cut at every place of their first pages and here and there behind.
        let step = max(1, sample.count / 4096)
        for count in 0..<min(sample.count, 2048) { try body(Array(sample[..<count])) }
        for count in stride(from: 2048, to: sample.count, by: step) { try body(Array(sample[..<count])) }
        for _ in 0..<rounds { try body(changed(sample)) }
    }

    /// A copy with one to four changes.
    public mutating func changed(_ sample: [UInt8]) -> [UInt8] {
        var bytes = sample
        for _ in 0...random.next(below: 4) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: random.next())) }
        let place = random.next(below: bytes.count)
        switch random.next(below: 8) {
        case 0, 1: bytes[place] ^= 1 << UInt8(random.next(below: 8))
        case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 3: write(Self.wildWords[random.next(below: Self.wildWords.count)], 8, at: place & ~7, &bytes)
        case 4: write(Self.wildWords[random.next(below: Self.wildWords.count)], 4, at: place & ~3, &bytes)
        case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.next(below: 64)))
        case 6: bytes.removeLast(min(bytes.count - 1, random.next(below: 256)))
        default:
            let end = min(bytes.count, place + 1 + random.next(below: 64))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: random.next(below: bytes.count))
        }
    }

    private func write(_ word: UInt64, _ count: Int, at place: Int, _ bytes: inout [UInt8]) {
        for index in 0..<count where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
        }
    }

    /// Numbers next to where arithmetic overflows, and those that mean something to memory.
    private static let wildWords: [UInt64] = [
        0, 1, 2, 7, 0x7f, 0x80, 0xff, 0xfff, 0x1000, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc,
        0xffff_ffff, 0x1_0000_0000, 0x67ff_ffff_ffff, 0x6800_0000_0000, 0x7fff_ffff_f000, 0x8000_0000_0000,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_f000, 0xffff_ffff_ffff_ffff,
    ]
}
