// SPDX-License-Identifier: Apache-2.0
//
// sched_yield(2), sched_setaffinity(2), getpriority(2). Policies are in SchedulingPolicy.swift.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Scheduler
internal import UserMemory

extension SystemCalls {
    @Sendable static func sched_yield(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        CurrentThread.scheduler.yield()
        return 0
    }

    @Sendable static func sched_getaffinity(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try schedulingTarget(r.argument0, task)
        guard r.argument1 >= 8, r.argument1 & 7 == 0 else { throw .invalidArgument }
        try UserMemory.store(target.affinity & existingCPUs, at: UserAddress(r.argument2))
        return 8
    }

    /// The CPUs that there are, as bits.
    private static var existingCPUs: UInt64 {
        let count = CurrentThread.scheduler.cpuCount
        return count >= 64 ? .max : 1 << UInt64(count) - 1
    }

    @Sendable static func sched_setaffinity(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try schedulingTarget(r.argument0, task)
        guard r.argument1 >= 1 else { throw .invalidArgument }
        // Bits beyond the CPUs that exist are ignored, but one that exists must be left.
        var mask: UInt64 = 0
        for index in 0..<min(8, r.argument1) {
            let byte = try UserMemory.load(UInt8.self, at: UserAddress(r.argument2 &+ index))
            mask |= UInt64(byte) << UInt64(index * 8)
        }
        guard mask & existingCPUs != 0 else { throw .invalidArgument }
        target.affinity = mask & existingCPUs
        return 0
    }

    @Sendable static func getpriority(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try priorityTarget(r, task)
        return 20 - Int(target.nice)
    }

    @Sendable static func setpriority(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try priorityTarget(r, task)
        let nice = Int8(clamping: max(-20, min(19, Int(Int32(truncatingIfNeeded: r.argument2)))))
        if nice < target.nice, !task.process.credentials.has(.scheduling) { throw .permissionDenied }
        target.nice = nice
        target.forEachTask { $0.applyScheduling() }
        return 0
    }

    private static func priorityTarget(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Process {
        switch r.argument0 {
        case 0: return try process(r.argument1, task)
        case 1:
            guard r.argument1 == 0 || Int32(truncatingIfNeeded: r.argument1) == task.process.groupID else {
                throw .noSuchProcess
            }
            return task.process
        case 2:
            guard r.argument1 == 0 || UInt32(truncatingIfNeeded: r.argument1) == task.process.credentials.user.real
            else { throw .noSuchProcess }
            return task.process
        default: throw .invalidArgument
        }
    }
}
