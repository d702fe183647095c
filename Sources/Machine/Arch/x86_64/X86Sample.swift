// SPDX-License-Identifier: Apache-2.0
//
// Where a CPU is at this moment, whatever it does and with interrupts off as well: another CPU sends it a non-maskable
// interrupt, whose handler notes the place in the CPU's own page and goes on. It takes no lock and calls nobody.
// Nothing else uses these interrupts, so one that nobody asked for is a crash as before.

#if arch(x86_64) && os(none)
internal import CMachine

/// Answers to the question where a CPU is.
package enum X86Sample {
    /// The handler; nil in images that never ask, so that the linker leaves it out.
    nonisolated(unsafe) static var serve: ((UnsafeMutablePointer<machine_frame>) -> Bool)?

    /// Answers from now on.
    package static func enable() { serve = note }

    /// Notes where the interrupt fell. - Returns: whether somebody had asked.
    private static func note(_ frame: UnsafeMutablePointer<machine_frame>) -> Bool {
        let cpu = machine_this_cpu()
        let wanted = machine_cpu_sample_wanted(cpu)
        guard machine_load32(wanted) != 0 else { return false }
        let isProgram = frame.pointee.cs & 3 != 0
        cpu.pointee.sample_in_program = isProgram ? 1 : 0
        cpu.pointee.sample_place = isProgram ? frame.pointee.rip : Backtrace.place(frame.pointee.rip)
        var trace = InlineArray<16, UInt64>(repeating: 0)
        // The frame pointer may be the program's own: only the kernel stack of the thread that runs is read.
        let stack = UInt(frame.pointee.rsp)
        let end = UInt(cpu.pointee.kernel_stack)
        if !isProgram, stack < end, end - stack <= 65536 {
            Backtrace.follow(UInt(frame.pointee.rbp), above: stack, below: end, into: &trace)
        }
        withUnsafeMutableBytes(of: &cpu.pointee.sample_trace) { room in
            for i in trace.indices { room.storeBytes(of: trace[i], toByteOffset: i * 8, as: UInt64.self) }
        }
        machine_fence()
        machine_store32(wanted, 0)
        return true
    }
}
#endif
