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
        var least = Int8.max
        try forEachPriorityTarget(r, task) { least = min(least, $0.nice) }
        return 20 - Int(least)
    }

    /// As on Linux each thread has a nice value of its own: PRIO_PROCESS names one thread, PRIO_PGRP and PRIO_USER mean
    /// all threads of their processes (setpriority(2), "C library/kernel differences"; sched(7)).
    @Sendable static func setpriority(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let nice = Int8(clamping: max(-20, min(19, Int(Int32(truncatingIfNeeded: r.argument2)))))
        var error: Errno?
        try forEachPriorityTarget(r, task) { target in
            if !isOwn(target, task) {
                error = .notPermitted
            } else if nice < target.nice, !mayTake(nice, target, task) {
                error = .permissionDenied
            } else {
                target.nice = nice
            }
        }
        if let error { throw error }
        return 0
    }

    /// Visits the threads that a call means.
    ///
    /// - Throws: `.noSuchProcess` when there are none.
    private static func forEachPriorityTarget(
        _ r: ProgramRegisters, _ task: Task, _ body: (Task) -> Void
    ) throws(Errno) {
        let who = descriptor(r.argument1)
        switch descriptor(r.argument0) {
        case 0: return body(try schedulingTarget(r.argument1, task))
        case 1: guard who == 0 || who == task.process.groupID else { throw .noSuchProcess }
        case 2:
            let user = task.process.credentials.user.real
            guard who == 0 || UInt32(bitPattern: who) == user else { throw .noSuchProcess }
        default: throw .invalidArgument
        }
        task.process.forEachTask(body)
    }

    /// Whether the caller's effective user is one of the target's, or it may do this to everybody's (CAP_SYS_NICE).
    private static func isOwn(_ target: Task, _ task: Task) -> Bool {
        if target.process === task.process { return true }
        let (caller, user) = (task.process.credentials.user.effective, target.process.credentials.user)
        return caller == user.effective || caller == user.real || task.process.credentials.has(.scheduling)
    }

    /// Whether a thread may have a lower nice value than it has (setpriority(2) EACCES; getrlimit(2) RLIMIT_NICE).
    static func mayTake(_ nice: Int8, _ target: Task, _ task: Task) -> Bool {
        task.process.credentials.has(.scheduling) || UInt64(20 - Int(nice)) <= target.process[limit: .nice].soft
    }
}
