// SPDX-License-Identifier: Apache-2.0
//
// rename(2), renameat(2), renameat2(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func rename(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try rename(workingDirectory, r.argument0, workingDirectory, r.argument1, [], task)
    }

    @Sendable static func renameat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try rename(r.argument0, r.argument1, r.argument2, r.argument3, [], task)
    }

    @Sendable static func renameat2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = RenameFlags(rawValue: word(r.argument4))
        return try rename(r.argument0, r.argument1, r.argument2, r.argument3, flags, task)
    }

    private static func rename(
        _ oldDirectory: UInt, _ old: UInt, _ newDirectory: UInt, _ new: UInt, _ flags: RenameFlags, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(old) { (oldPath) throws(Errno) in
            return try withPath(new) { (newPath) throws(Errno) in
                let oldBase = try base(oldDirectory, oldPath, task)
                let newBase = try base(newDirectory, newPath, task)
                try task.process.fileOperations.rename(
                    oldPath, from: oldBase, to: newPath, from: newBase, flags)
                return 0
            }
        }
    }
}
