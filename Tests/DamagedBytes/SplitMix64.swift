// SPDX-License-Identifier: Apache-2.0
//
// The random numbers of tests: the same for the same seed, on every host and in every version.
//
// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014; public domain.

/// A small generator with 64 bits of state.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins with a seed.
    public init(seed: UInt64) { state = seed }

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
