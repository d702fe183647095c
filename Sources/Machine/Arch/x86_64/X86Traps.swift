// SPDX-License-Identifier: Apache-2.0
//
// From a vector to its meaning. Page faults of programs, and of the kernel in a program's memory, go to the address
// space; other exceptions of programs become signals; interrupts go to Core/Interrupts; everything else is a bug of
// ours and ends the machine with a report.

#if arch(x86_64) && os(none)
public import CMachine
internal import Processor

/// Called by trap.S for every exception and interrupt, interrupts off.
@c(machine_trap)
public func machineTrap(_ frame: UnsafeMutablePointer<machine_frame>) {
    let vector = frame.pointee.vector
    let fromProgram = frame.pointee.cs & 3 != 0
    if vector >= 32 {
        Traps.interrupt?(Int(truncatingIfNeeded: vector))
        if !fromProgram { preemptIfDue(frame) }
        return
    }
    if vector == 14 { return pageFault(frame) }
    if vector == 2, let serve = X86Sample.serve, serve(frame) { return }
    if vector == 7, fromProgram, let use = FloatingPoint.firstUse {
        machine_interrupts_enable()
        use()
        machine_interrupts_disable()
        return
    }
    guard fromProgram, vector != 2, vector != 8, vector != 18 else { crash(frame, address: 0) }
    tellProgram(frame)
}

/// An exception of a program that is no page fault it could be helped with.
private func tellProgram(_ frame: UnsafeMutablePointer<machine_frame>) {
    guard let programFault = Traps.programFault else { crash(frame, address: 0) }
    // Before interrupts are on: the floating-point registers are this thread's only until it is switched away.
    let fault = meaning(frame.pointee.vector, frame.pointee.error)
    machine_interrupts_enable()
    programFault(fault)
    machine_interrupts_disable()
}

private func pageFault(_ frame: UnsafeMutablePointer<machine_frame>) {
    let address = UInt(machine_read_cr2())
    // Whose access it was (SDM vol. 3 §4.7, U/S), which is not always what CS says: see `meaning`.
    let fromProgram = frame.pointee.error & 4 != 0
    let inProgramHalf = address < KernelLayout.start || (address >= KernelLayout.end && address < 1 << 47)
    let recovery = fromProgram ? 0 : UserAccessTable.recovery(of: UInt(frame.pointee.rip))
    guard fromProgram || recovery != 0, let handler = Traps.pageFault else {
        if frame.pointee.cs & 3 != 0 { return tellProgram(frame) }
        crash(frame, address: UInt64(address))
    }
    var access: FaultAccess = []
    if frame.pointee.error & 1 != 0 { access.insert(.protection) }
    if frame.pointee.error & 2 != 0 { access.insert(.write) }
    if frame.pointee.error & 16 != 0 { access.insert(.execute) }
    if fromProgram { access.insert(.fromProgram) }
    var served = false
    // Interrupts were on in whoever faulted, or it was a copy under a spinlock: a bug, found by the lock checks.
    if frame.pointee.rflags & 0x200 != 0 { machine_interrupts_enable() }
    if inProgramHalf || fromProgram { served = handler(address, access) }
    machine_interrupts_disable()
    if !served && !fromProgram { frame.pointee.rip = UInt64(recovery) }
}

private func meaning(_ vector: UInt64, _ error: UInt64) -> ProgramFault {
    switch vector {
    case 0: return .divide
    case 1: return .trace
    case 3: return .breakpoint
    case 6: return .illegalInstruction
    case 12: return .stack
    case 13: return .protection(error)
    // The CPU's own access, as part of a program's instruction: none of those to tables of the system faults, and QEMU's
    // translator takes the stack for one of them in iretq and lretq. Nothing that is mapped would help.
    case 14: return .protection(0)
    case 16: return .floatingPoint(floatingPointFault(machine_x87_exceptions()))
    case 19: return .floatingPoint(floatingPointFault(machine_sse_exceptions()))
    case 17: return .alignment
    default: return .other
    }
}

/// The flags of both units: invalid, denormal, zero divide, overflow, underflow, precision.
private func floatingPointFault(_ flags: UInt32) -> FloatingPointFault {
    if flags & 1 != 0 { return .invalid }
    if flags & 4 != 0 { return .divideByZero }
    if flags & 8 != 0 { return .overflow }
    if flags & 0x12 != 0 { return .underflow }
    return .inexact
}

/// An interrupt that fell into the kernel switches threads only where the kernel said it may.
private func preemptIfDue(_ frame: UnsafeMutablePointer<machine_frame>) {
    let cpu = machine_this_cpu()
    guard cpu.pointee.pending & UInt32(MACHINE_PENDING_RESCHEDULE) != 0, cpu.pointee.preemption_depth == 0,
        cpu.pointee.interrupt_depth == 0, frame.pointee.rflags & 0x200 != 0, let preempt = Traps.preempt
    else { return }
    preempt()
}

/// Called by trap.S and system_call.S when `pending` is not 0 on the way to a program; interrupts are off.
@c(machine_before_program)
public func machineBeforeProgram(_ frame: UnsafeMutablePointer<machine_frame>) {
    machine_this_cpu().pointee.pending &= ~UInt32(MACHINE_PENDING_FULL_RETURN)
    Traps.beforeProgram?()
}

/// Where to go on after a fault in machine_copy_user and its like.
enum UserAccessTable {
    /// The recovery address for a faulting instruction, 0 if it may not fault. A handful of entries: a plain search.
    static func recovery(of instruction: UInt) -> UInt {
        var entry = machine_user_access_start()
        while entry < machine_user_access_end() {
            if relative(entry) == instruction { return relative(entry + 4) }
            entry += 8
        }
        return 0
    }

    private static func relative(_ place: UInt) -> UInt {
        UInt(bitPattern: Int(bitPattern: place) + Int(Int32(bitPattern: machine_load32(place))))
    }
}
#endif
