// SPDX-License-Identifier: Apache-2.0
//
// Who called, from the saved frame pointers of a stack: for crash reports and thread dumps. Reads only between two
// addresses and only upwards, because the stack may be the very thing that is broken; neither allocates nor recurses.

#if arch(x86_64) && os(none)
internal import CMachine

/// Return addresses on a stack.
package enum Backtrace {
    /// An address as the image's symbols know it: from the image's start; others stay as they are.
    package static func place(_ address: UInt64) -> UInt64 {
        let base = UInt64(machine_image_start())
        return address >= base && address < UInt64(machine_image_text_end()) ? address - base : address
    }

    /// Follows saved frame pointers upwards, innermost first; 0 ends the list.
    ///
    /// - Parameters:
    ///   - pointer: the frame pointer of the innermost function.
    ///   - stack: its stack pointer: no frame is below.
    ///   - end: one past the last byte that may be read.
    ///   - start: where in the list to begin.
    package static func follow(
        _ pointer: UInt, above stack: UInt, below end: UInt, into list: inout InlineArray<16, UInt64>, at start: Int = 0
    ) {
        var pointer = pointer
        for i in start..<15 {
            guard pointer & 7 == 0, pointer >= stack, pointer < end, end - pointer >= 16, pointer >= KernelLayout.start,
                pointer < KernelLayout.end
            else { return }
            let address = machine_load64(pointer + 8)
            guard address != 0 else { return }
            list[i] = place(address)
            let next = UInt(machine_load64(pointer))
            guard next > pointer else { return }
            pointer = next
        }
    }
}
#endif
