// SPDX-License-Identifier: Apache-2.0
//
// membarrier(2): memory barriers on the CPUs of other threads. Switching threads orders memory, and an interrupt on each
// other CPU does.

internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Synchronization

extension SystemCalls {
    @Sendable static func membarrier(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let command = UInt32(truncatingIfNeeded: r.argument0)
        let flags = UInt32(truncatingIfNeeded: r.argument1)
        guard flags == 0 else { throw .invalidArgument }
        // Each expedited command has the registration that comes right before or after it in the list.
        let registrations: UInt32 = 1 << 2 | 1 << 4 | 1 << 6
        let commands: UInt32 = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 5
        switch command {
        case 0: return Int(registrations | commands)
        case 1 << 2, 1 << 4, 1 << 6: task.process.registerBarriers(command)
        case 1 << 0, 1 << 1: break
        // PRIVATE_EXPEDITED and its SYNC_CORE form: only for programs that have said so.
        case 1 << 3, 1 << 5:
            guard task.process.hasBarriers(command << 1) else { throw .notPermitted }
        default: throw .invalidArgument
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        Translations.interruptOthers()
        return 0
    }
}
