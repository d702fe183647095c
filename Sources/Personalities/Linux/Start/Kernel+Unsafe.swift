// SPDX-License-Identifier: Apache-2.0
//
// Registers the handlers of traps. The registers are statics of the machine, set once before anything can trap.

internal import AddressSpace
internal import LinuxABI
internal import Processes
internal import Processor
internal import Scheduler

extension Kernel {
    /// Connects page faults, exceptions, preemption and the way back to programs.
    static func connectTraps() {
        // SAFETY: called once, on the first CPU, before the first program and with interrupts off.
        unsafe Traps.preempt = { CurrentThread.scheduler.preempt() }
        unsafe Traps.beforeProgram = { SignalDelivery.beforeProgram() }
        unsafe Traps.pageFault = { address, access in FaultDelivery.pageFault(at: address, access) }
        unsafe Traps.programFault = { fault in FaultDelivery.programFault(fault) }
        SystemCallTable.open()
    }
}
