// SPDX-License-Identifier: Apache-2.0
//
// Where things are in an address space. The kernel sits in a hole of the low canonical half, because Embedded Swift
// takes a pointer with bit 63 set for "not an object":
//
//   0000_0000_0000 … 67ff_ffff_ffff   the program
//   6800_0000_0000 … 69ff_ffff_ffff   kernel: direct map of physical memory   (slots 208…211)
//   6a00_0000_0000 … 6bff_ffff_ffff   kernel: the image                       (slots 212…215)
//   6c00_0000_0000 … 6dff_ffff_ffff   kernel: thread stacks, device registers (slots 216…219)
//   6e00_0000_0000 … 6fff_ffff_ffff   kernel: not used                        (slots 220…223)
//   7000_0000_0000 … 7fff_ffff_efff   the program: mmap, PIE, vDSO, stack, where Linux puts them
//
// One top-level slot covers 512 GiB. Each kernel part begins at a random offset, chosen at boot.

/// The division of the address space.
public enum KernelLayout {
    /// The top-level slots that every address space shares.
    public static var slots: Range<Int> { 208..<224 }
    /// The first address of the kernel's half.
    public static var start: UInt { 0x6800_0000_0000 }
    /// One past the kernel's last address.
    public static var end: UInt { 0x7000_0000_0000 }
    /// One past the last address that a program may have: the last page stays free (SDM: `syscall` at its end).
    public static var programEnd: UInt { 0x7fff_ffff_f000 }

    static var directMap: UInt { 0x6800_0000_0000 }
    static var image: UInt { 0x6a00_0000_0000 }
    static var area: UInt { 0x6c00_0000_0000 }
}
