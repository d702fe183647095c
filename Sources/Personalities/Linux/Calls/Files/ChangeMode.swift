// SPDX-License-Identifier: Apache-2.0
//
// chmod(2), fchmod(2), fchmodat(2), fchmodat2(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func chmod(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try changeMode(workingDirectory, r.argument0, r.argument1, [], task)
    }

    @Sendable static func fchmodat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try changeMode(r.argument0, r.argument1, r.argument2, [], task)
    }

    @Sendable static func fchmodat2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument3))
        guard flags.isSubset(of: [.noFollow, .emptyPath]) else { throw .invalidArgument }
        return try changeMode(r.argument0, r.argument1, r.argument2, flags, task)
    }

    private static func changeMode(
        _ directory: UInt, _ address: UInt, _ mode: UInt, _ flags: AtFlags, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(address, flags.contains(.emptyPath) ? .allowed : .refused) { (path) throws(Errno) in
            let base = try base(directory, path, task)
            let operations = task.process.fileOperations
            try operations.setPermissions(
                of: try operations.place(of: path, from: base, flags),
                to: Permissions(rawValue: UInt16(truncatingIfNeeded: mode)))
            return 0
        }
    }

    @Sendable static func fchmod(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let permissions = Permissions(rawValue: UInt16(truncatingIfNeeded: r.argument1))
        let operations = task.process.fileOperations
        if let place = file.place {
            try operations.setPermissions(of: place, to: permissions)
        } else {
            // A pipe has no place, but an owner and permissions like every inode.
            guard file.inode.isOwned(by: operations.credentials) else { throw .notPermitted }
            file.inode.attributes.withLock { $0.permissions = permissions }
        }
        return 0
    }
}
