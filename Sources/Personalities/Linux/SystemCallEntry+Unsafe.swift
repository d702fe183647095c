// SPDX-License-Identifier: Apache-2.0
//
// Where the entry code of the machine arrives with a program's system call. Everything from here on is typed.

public import CMachine
internal import LinuxABI
internal import Processes
internal import Processor

/// Called by the machine's entry code, interrupts on, on the thread's kernel stack.
///
/// - Returns: what the program finds in its result register: a value, or a negative error number.
@c(machine_system_call)
public func machineSystemCall(_ frame: UnsafeMutablePointer<machine_frame>) -> UInt {
    // SAFETY: the frame is at the top of this thread's kernel stack and stays there until the call returns.
    let registers = unsafe ProgramRegisters(frame)
    return Task.withCurrent { task in SystemCallTable.dispatch(registers, task) }
}
