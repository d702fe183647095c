// SPDX-License-Identifier: Apache-2.0
//
// mkdir(2), mkdirat(2), rmdir(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func mkdir(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeDirectory(workingDirectory, r.argument0, r.argument1, task)
    }

    @Sendable static func mkdirat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeDirectory(r.argument0, r.argument1, r.argument2, task)
    }

    private static func makeDirectory(
        _ directory: UInt, _ address: UInt, _ mode: UInt, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(address) { (path) throws(Errno) in
            let base = try base(directory, path, task)
            let permissions = Permissions(rawValue: UInt16(truncatingIfNeeded: mode))
            try task.process.fileOperations.makeDirectory(path, from: base, permissions)
            return 0
        }
    }

    @Sendable static func rmdir(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0) { (path) throws(Errno) in
            try task.process.fileOperations.removeDirectory(path)
            return 0
        }
    }
}
