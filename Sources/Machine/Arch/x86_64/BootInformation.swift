// SPDX-License-Identifier: Apache-2.0
//
// What the first stage of booting learns and decides, kept for the second: plain numbers, no pointers, because the
// image moves between the two.

public import Memory

/// The facts of this boot.
public struct BootInformation: Sendable {
    /// The physical address of the loader's hvm_start_info.
    public var startInfo = PhysicalAddress(0)
    /// Where the image lies in memory.
    public var imagePhysical = PhysicalAddress(0)
    /// Where the image is mapped: subtract it from a code address to get the linked one.
    public var imageBase: UInt = 0
    /// Where physical address 0 is mapped.
    public var directMapBase: UInt = 0
    /// One past the highest physical address that is mapped there.
    public var directMapEnd = PhysicalAddress(0)
    /// Where stacks and device registers begin.
    public var areaBase: UInt = 0
    /// One past the last byte taken by the image and the boot page tables.
    public var bootMemoryEnd = PhysicalAddress(0)
    /// The time-stamp counter at the kernel's first instruction.
    public var counterAtEntry: UInt64 = 0
    /// Entropy gathered before anything else; never shown.
    public var seed: UInt64 = 0

    init() {}

    /// The facts while they are gathered, complete once `kernel_start` runs.
    nonisolated(unsafe) static var current = BootInformation()

    /// The facts, for everybody else: they do not change any more.
    public static var facts: BootInformation { current }
}
