// SPDX-License-Identifier: Apache-2.0
//
// ioprio_set(2), ioprio_get(2): kept for whoever asks; no device here orders its requests by them.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func ioprio_get(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        Int(try priorityOwner(r, task).ioPriority)
    }

    @Sendable static func ioprio_set(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let priority = UInt16(truncatingIfNeeded: r.argument2)
        // Class in bits 13 to 15: none, real time, best effort, idle; the level below it.
        switch priority >> 13 {
        case 0: guard priority & 7 == 0 else { throw .invalidArgument }
        case 1: guard task.process.credentials.has(.administration) else { throw .notPermitted }
        case 2, 3: break
        default: throw .invalidArgument
        }
        try priorityOwner(r, task).ioPriority = priority
        return 0
    }

    /// IOPRIO_WHO_PROCESS, IOPRIO_WHO_PGRP, IOPRIO_WHO_USER.
    private static func priorityOwner(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Process {
        switch r.argument0 {
        case 1: return try process(r.argument1, task)
        case 2:
            let group = Int32(truncatingIfNeeded: r.argument1)
            guard group == 0 || group == task.process.groupID else { throw .noSuchProcess }
            return task.process
        case 3:
            guard UInt32(truncatingIfNeeded: r.argument1) == task.process.credentials.user.real else {
                throw .noSuchProcess
            }
            return task.process
        default: throw .invalidArgument
        }
    }
}
