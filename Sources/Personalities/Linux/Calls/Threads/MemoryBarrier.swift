// SPDX-License-Identifier: Apache-2.0
//
// membarrier(2): memory barriers on the CPUs of other threads. Switching threads orders memory, and an interrupt on each
// other CPU does. One that makes the CPU look at its thread before the program goes on also ends restartable sequences
// (RestartableSequence); threads that do not run begin theirs again anyway.

internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Synchronization

extension SystemCalls {
    @Sendable static func membarrier(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let command = UInt32(truncatingIfNeeded: r.argument0)
        let flags = UInt32(truncatingIfNeeded: r.argument1)
        // MEMBARRIER_CMD_FLAG_CPU: of one CPU only.
        guard flags == 0 || flags == 1 && command == 1 << 7 else { throw .invalidArgument }
        // Each expedited command has the registration that comes right before or after it in the list.
        let registrations: UInt32 = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8
        let commands: UInt32 = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 5 | 1 << 7
        switch command {
        case 0: return Int(registrations | commands | 1 << 9)
        case 1 << 2, 1 << 4, 1 << 6, 1 << 8: task.process.registerBarriers(command)
        case 1 << 0, 1 << 1: break
        // PRIVATE_EXPEDITED and its SYNC_CORE and RSEQ forms: only for programs that have said so.
        case 1 << 3, 1 << 5, 1 << 7:
            guard task.process.hasBarriers(command << 1) else { throw .notPermitted }
            if command == 1 << 7 { endSequences(on: flags == 0 ? nil : Int(descriptor(r.argument2))) }
        case 1 << 9: return Int(task.process.registeredBarriers)  // GET_REGISTRATIONS
        default: throw .invalidArgument
        }
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        Translations.interruptOthers()
        return 0
    }

    /// Makes other CPUs look at their threads. The interrupt for which the caller waits next comes after this one.
    private static func endSequences(on cpu: Int?) {
        for index in 0..<CPUs.count where (cpu == nil || cpu == index) && index != CPU.index {
            CPUs.interrupt(index, .look)
        }
    }
}
