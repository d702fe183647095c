// SPDX-License-Identifier: Apache-2.0
//
// getpid(2), gettid(2), getppid(2), process groups and sessions (setpgid(2), setsid(2)).

internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func getpid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.id)
    }

    @Sendable static func gettid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.id)
    }

    @Sendable static func getppid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.parentID)
    }

    @Sendable static func getpgrp(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(task.process.groupID)
    }

    @Sendable static func getpgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(try process(r.argument0, task).groupID)
    }

    @Sendable static func getsid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(try process(r.argument0, task).sessionID)
    }

    @Sendable static func setpgid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let target = try process(r.argument0, task)
        let group = Int32(truncatingIfNeeded: r.argument1)
        guard group >= 0 else { throw .invalidArgument }
        guard target === task.process, target.sessionID != target.id else { throw .notPermitted }
        guard group == 0 || group == target.id else { throw .notPermitted }
        target.groupID = target.id
        return 0
    }

    @Sendable static func setsid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let process = task.process
        guard process.groupID != process.id else { throw .notPermitted }
        process.sessionID = process.id
        process.groupID = process.id
        return Int(process.id)
    }

    /// The process of a number; 0 is the caller's.
    ///
    /// - Throws: `.noSuchProcess`.
    static func process(_ argument: UInt, _ task: Task) throws(Errno) -> Process {
        let id = Int32(truncatingIfNeeded: argument)
        if id == 0 || id == task.process.id { return task.process }
        guard id > 0 else { throw .noSuchProcess }
        // A thread's number stands for its process in most calls.
        if let process = task.process.system.process(id) ?? task.process.system.task(id)?.process { return process }
        throw .noSuchProcess
    }
}
