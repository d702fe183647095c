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
    report.place = Backtrace.place(f.rip)
    report.registers = [
        f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8, f.r9, f.r10, f.r11, f.r12, f.r13, f.r14, f.r15,
        f.rip, f.rflags,
    ]
    Backtrace.follow(UInt(f.rbp), above: UInt(f.rsp), below: UInt(f.rsp) &+ 16384, into: &report.backtrace)
    if let handler = Traps.crash { handler(report) }
    while true { machine_halt() }
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
