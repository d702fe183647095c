// SPDX-License-Identifier: Apache-2.0
//
// access(2), faccessat(2), faccessat2(2): with the real identities, unless AT_EACCESS is given.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func access(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try access(workingDirectory, r.argument0, r.argument1, 0, task)
    }

    @Sendable static func faccessat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try access(r.argument0, r.argument1, r.argument2, 0, task)
    }

    @Sendable static func faccessat2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try access(r.argument0, r.argument1, r.argument2, r.argument3, task)
    }

    private static func access(
        _ directory: UInt, _ address: UInt, _ mode: UInt, _ flagWord: UInt, _ task: Task
    ) throws(Errno) -> Int {
        let access = AccessMode(rawValue: word(mode))
        let flags = AtFlags(rawValue: word(flagWord))
        guard access.isSubset(of: [.read, .write, .execute]),
            flags.isSubset(of: [.effectiveAccess, .noFollow, .emptyPath])
        else { throw .invalidArgument }
        return try withPath(address, flags.contains(.emptyPath) ? .allowed : .refused, task) {
            (path, task) throws(Errno) in
            let base = try base(directory, path, task)
            let credentials = task.process.credentials
            let asker = flags.contains(.effectiveAccess) ? credentials : credentials.asReal
            let operations = FileOperations(task.process.fileContext, asker)
            try operations.checkAccess(path, from: base, access, flags.subtracting(.effectiveAccess))
            return 0
        }
    }
}
