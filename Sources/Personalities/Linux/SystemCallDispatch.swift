// SPDX-License-Identifier: Apache-2.0
//
// From a number to a handler and back to a register: the long way, which a call takes once before the machine's entry
// code knows its handler (SystemCallBinding), and always while calls are traced or memory is short.

internal import LinuxABI
internal import Memory
internal import Processes
internal import Processor

enum SystemCallTable {
    /// Runs a call. - Returns: the value for the result register.
    @inline(__always) static func dispatch(_ registers: ProgramRegisters, _ task: Task) -> UInt {
        // An `int` in Linux, too: the upper half of the register does not count.
        let number = UInt64(UInt32(truncatingIfNeeded: registers.systemCallNumber))
        if SystemCallTrace.isOn { return SystemCallTrace.dispatch(number, registers, task) }
        if number < UInt64(rows.count) { bind(Int(truncatingIfNeeded: number)) }
        return run(number, registers, task)
    }

    /// Runs a call without looking at the trace.
    @inline(__always) static func run(_ number: UInt64, _ registers: ProgramRegisters, _ task: Task) -> UInt {
        guard number < UInt64(rows.count) else { return answer(.noFunction) }
        // A call that starts has the reserve for what it allocates implicitly (DESIGN §3.7).
        if Frames.isShort, !isAllowedWhenShort(number) { return answer(.noMemory) }
        do throws(Errno) {
            return UInt(bitPattern: try rows[Int(truncatingIfNeeded: number)].handler(registers, task))
        } catch {
            return answer(error)
        }
    }

    private static func answer(_ error: Errno) -> UInt { UInt(bitPattern: -Int(error.rawValue)) }

    /// Calls that give memory back, or end things, must go on when there is none: close, munmap, brk, rt_sigreturn,
    /// exit, exit_group, unlink and their like; and write, so that a program can say why it ends.
    private static func isAllowedWhenShort(_ number: UInt64) -> Bool {
        switch number {
        case 1, 3, 11, 12, 15, 20, 60, 87, 231, 263: return true
        default: return false
        }
    }
}
