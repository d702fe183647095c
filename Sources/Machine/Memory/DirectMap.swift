// SPDX-License-Identifier: Apache-2.0
//
// All of physical memory, mapped once at a random base (boot code) and never unmapped: how the kernel reaches a frame.
// The base is 0 until the boot code has set it; unit tests set it to an arena of their own (HostedMemory).

/// The window through which the kernel sees physical memory.
enum DirectMap {
    /// Where physical address 0 appears.
    nonisolated(unsafe) static var base: UInt = 0

    /// The memory at a physical address.
    @inline(__always) static func pointer(_ address: PhysicalAddress) -> UnsafeMutableRawPointer {
        // SAFETY: 1. base is not 0 once memory is in use  2. the map covers every address that Frames hands out.
        UnsafeMutableRawPointer(bitPattern: base &+ UInt(truncatingIfNeeded: address.rawValue)).unsafelyUnwrapped
    }

    /// The memory of a frame.
    @inline(__always) static func pointer(_ frame: FrameNumber) -> UnsafeMutableRawPointer {
        pointer(frame.physicalAddress)
    }

    /// The frame that holds a pointer into the map.
    @inline(__always) static func frame(of pointer: UnsafeMutableRawPointer) -> FrameNumber {
        FrameNumber(UInt32(truncatingIfNeeded: (UInt(bitPattern: pointer) &- base) >> 12))
    }
}
