// SPDX-License-Identifier: Apache-2.0
//
// What the image passes on from the boot code, so that personalities need not know the architecture.

/// What an image tells the personality about its boot.
public struct BootFacts: Sendable {
    /// The counter at the kernel's first instruction.
    public var counterAtEntry: UInt64
    /// Entropy from the boot code.
    public var seed: UInt64

    /// Creates the facts.
    public init(counterAtEntry: UInt64, seed: UInt64) {
        self.counterAtEntry = counterAtEntry
        self.seed = seed
    }
}
