// SPDX-License-Identifier: Apache-2.0
//
// chown(2), lchown(2), fchown(2), fchownat(2). An identity of −1 leaves that one as it is.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func chown(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try changeOwner(workingDirectory, r.argument0, r.argument1, r.argument2, [], task)
    }

    @Sendable static func lchown(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try changeOwner(workingDirectory, r.argument0, r.argument1, r.argument2, .noFollow, task)
    }

    @Sendable static func fchownat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument4))
        guard flags.isSubset(of: [.noFollow, .emptyPath]) else { throw .invalidArgument }
        return try changeOwner(r.argument0, r.argument1, r.argument2, r.argument3, flags, task)
    }

    private static func changeOwner(
        _ directory: UInt, _ address: UInt, _ user: UInt, _ group: UInt, _ flags: AtFlags, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(address, flags.contains(.emptyPath) ? .allowed : .refused) { (path) throws(Errno) in
            let base = try base(directory, path, task)
            let operations = task.process.fileOperations
            try operations.setOwner(
                of: try operations.place(of: path, from: base, flags), user: chosen(user), group: chosen(group))
            return 0
        }
    }

    @Sendable static func fchown(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let user = chosen(r.argument1), group = chosen(r.argument2)
        let operations = task.process.fileOperations
        if let place = file.place {
            try operations.setOwner(of: place, user: user, group: group)
        } else {
            guard operations.credentials.has(.changeOwner) else { throw .notPermitted }
            file.inode.attributes.withLock { attributes in
                if let user { attributes.userID = user }
                if let group { attributes.groupID = group }
            }
        }
        return 0
    }

    private static func chosen(_ argument: UInt) -> UInt32? {
        let id = word(argument)
        return id == .max ? nil : id
    }
}
