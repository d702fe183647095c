// SPDX-License-Identifier: Apache-2.0
//
// From a trap of the kernel itself to a CrashReport. Reads only the frame and the stack it came from, bounded; it runs
// on whatever stack is left, so it neither allocates nor recurses.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Processor

/// Ends the machine with a report of the trap.
func crash(_ frame: UnsafeMutablePointer<machine_frame>, address: UInt64) -> Never {
    machine_interrupts_disable()
    let f = frame.pointee
    var report = CrashReport(cause: cause(f.vector, f.error))
    report.vector = f.vector
    report.error = f.error
    report.address = address
    report.place = relative(f.rip)
    report.registers = [
        f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8, f.r9, f.r10, f.r11, f.r12, f.r13, f.r14, f.r15,
        f.rip, f.rflags,
    ]
    backtrace(from: UInt(f.rbp), stack: UInt(f.rsp), into: &report.backtrace)
    if let handler = Traps.crash { handler(report) }
    while true { machine_halt() }
}

/// An address as the image's symbols know it: from the image's start; others stay as they are.
private func relative(_ address: UInt64) -> UInt64 {
    let base = UInt64(machine_image_start())
    return address >= base && address < UInt64(machine_image_text_end()) ? address - base : address
}

/// Follows saved frame pointers upwards, within 16 KiB of the stack pointer.
private func backtrace(from pointer: UInt, stack: UInt, into list: inout InlineArray<16, UInt64>) {
    var pointer = pointer
    for i in 0..<15 {
        guard pointer & 7 == 0, pointer >= stack, pointer < stack &+ 16384, pointer >= KernelLayout.start,
            pointer < KernelLayout.end
        else { return }
        let place = machine_load64(pointer + 8)
        guard place != 0 else { return }
        list[i] = relative(place)
        let next = UInt(machine_load64(pointer))
        guard next > pointer else { return }
        pointer = next
    }
}

private func cause(_ vector: UInt64, _ error: UInt64) -> StaticString {
    switch vector {
    case 0: return "division error"
    case 2: return "non-maskable interrupt"
    case 6: return "trap: a check failed in the kernel"
    case 8: return "double fault: the kernel stack overflowed"
    case 13: return "general protection fault"
    case 14:
        if error & 16 != 0 { return "page fault: fetch" }
        return error & 2 != 0 ? "page fault: store" : "page fault: load"
    case 18: return "machine check"
    default: return "unexpected exception"
    }
}
#endif
