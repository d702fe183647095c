// SPDX-License-Identifier: Apache-2.0
//
// The few addresses that other Machine modules need as numbers. Package access: nothing above Machine can name them.

internal import CMachine

/// Frames as the kernel's memory, for Machine's own modules.
package enum KernelMemory {
    /// Where the kernel sees a frame.
    package static func address(_ frame: FrameNumber) -> UInt { UInt(bitPattern: DirectMap.pointer(frame)) }

    /// Where the kernel sees a physical address.
    package static func address(_ physical: PhysicalAddress) -> UInt { UInt(bitPattern: DirectMap.pointer(physical)) }
}

/// The heap for Machine's own modules, where a block must live at a fixed address.
package enum KernelHeap {
    /// Takes a block, leaving the reserve alone; nil when memory is short.
    package static func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        Frames.mayAllocateFallibly(bytes: size) ? Heap.allocate(size, alignment: alignment) : nil
    }

    /// Gives a block back.
    package static func free(_ pointer: UnsafeMutableRawPointer) { Heap.free(pointer) }
}
