// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that a failing test can repeat: the seed is printed, and APUS_TEST_SEED sets it. APUS_FUZZ_ROUNDS asks
// tests with damaged bytes for more rounds than the few seconds' worth of a unit test.

public import DamagedBytes
import Foundation

/// A small generator whose seed is printed.
public struct SeededRandom: RandomNumberGenerator {
    /// What the sequence began with.
    public let seed: UInt64
    private var generator: SplitMix64

    /// Begins with `APUS_TEST_SEED`, or with a seed of its own, and prints it.
    public init() {
        let given = ProcessInfo.processInfo.environment["APUS_TEST_SEED"].flatMap { UInt64($0) }
        seed = given ?? UInt64.random(in: 0...UInt64.max)
        generator = SplitMix64(seed: seed)
        print("APUS_TEST_SEED=\(seed)")
    }

    /// The next number.
    public mutating func next() -> UInt64 { generator.next() }

    /// A number from 0 to `bound` − 1.
    public mutating func next(below bound: Int) -> Int { generator.next(below: bound) }
}

extension Damage {
    /// Begins with `APUS_TEST_SEED`, or with a seed of its own, which is printed.
    ///
    /// - Parameter rounds: random copies of each sample, unless APUS_FUZZ_ROUNDS says another number.
    public init(rounds: Int = 2000) {
        let asked = ProcessInfo.processInfo.environment["APUS_FUZZ_ROUNDS"].flatMap { Int($0) }
        self.init(seed: SeededRandom().seed, rounds: max(1, asked ?? rounds))
    }
}
