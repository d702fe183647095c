// SPDX-License-Identifier: Apache-2.0
//
// reboot(2): with the right magic numbers the machine ends, as the first process of a virtual machine may ask.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func reboot(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard task.process.credentials.has(.administration) else { throw .notPermitted }
        let second = UInt32(truncatingIfNeeded: r.argument1)
        guard UInt32(truncatingIfNeeded: r.argument0) == 0xfee1_dead,
            second == 672_274_793 || second == 85_072_278 || second == 369_367_448 || second == 537_993_216
        else { throw .invalidArgument }
        switch UInt32(truncatingIfNeeded: r.argument2) {
        case 0x0123_4567, 0x4321_fedc, 0xcdef_0123:  // restart, power off, halt
            SignalDelivery.end(task, .exited(status: 0))
        case 0, 0x89ab_cdef: return 0  // Ctrl-Alt-Delete: there is no such key
        default: throw .invalidArgument
        }
    }
}
