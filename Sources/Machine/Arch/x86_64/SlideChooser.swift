// SPDX-License-Identifier: Apache-2.0
//
// Chooses the random places of the kernel's parts. Pure, so that a test can draw a hundred thousand times and look at
// the spread. Each part has its own bits of a mixed seed (SplitMix64's finaliser); slots and steps keep every part
// inside its region, whatever is drawn.

/// The random places of one boot.
public struct SlideChooser: Sendable {
    private var state: UInt64

    /// - Parameter seed: whatever entropy there is at entry: counters, and the CPU's generator where it has one.
    public init(seed: UInt64) { state = seed }

    /// The next 64 mixed bits.
    @inline(never)  // from three places
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// A base for the direct map: 1 GiB steps, 10 bits, leaving 1 TiB above.
    public mutating func directMapBase() -> UInt { KernelLayout.directMap + (UInt(next() & 0x3ff) << 30) }

    /// A base for the image: 2 MiB steps inside one slot, 18 bits.
    public mutating func imageBase() -> UInt { KernelLayout.image + (UInt(next() % 0x3fffe) << 21) }

    /// A base for stacks and device registers: 2 MiB steps inside the first half of a slot, 17 bits.
    public mutating func areaBase() -> UInt { KernelLayout.area + (UInt(next() & 0x1ffff) << 21) }
}
