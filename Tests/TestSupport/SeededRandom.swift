// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that a failing test can repeat: the seed is printed, and APUS_TEST_SEED sets it.

import Foundation

/// A small generator (SplitMix64, public domain, Steele, Lea and Flood 2014).
public struct SeededRandom: RandomNumberGenerator {
    /// What the sequence began with.
    public let seed: UInt64
    private var state: UInt64

    /// Begins with `APUS_TEST_SEED`, or with a seed of its own, and prints it.
    public init() {
        let given = ProcessInfo.processInfo.environment["APUS_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...UInt64.max)
        state = seed
        print("APUS_TEST_SEED=\(seed)")
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// A number from 0 to `bound` − 1.
    public mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
