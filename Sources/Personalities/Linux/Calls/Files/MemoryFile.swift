// SPDX-License-Identifier: Apache-2.0
//
// memfd_create(2): a file without a name on the root file system, if that is one in memory; its seals.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func memfd_create(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = MemoryFileFlags(rawValue: word(r.argument1))
        // Large pages are refused.
        guard flags.isSubset(of: [.closeOnExec, .allowSealing]) else { throw .invalidArgument }
        // The name only shows in /proc; it is checked, because a bad one is an error.
        _ = try UserMemory.string(at: UserAddress(r.argument0), limit: 250, tooLong: .invalidArgument)
        let credentials = task.process.credentials
        let root = task.process.fileContext.namespace.root
        let description = NewInode(
            mode: FileMode(.regular, Permissions(rawValue: 0o777)), userID: credentials.user.file,
            groupID: credentials.group.file)
        let inode = try root.inode.createUnnamed(description)
        if flags.contains(.allowSealing) { inode.permitSeals() }
        let file = try inode.open(root.mount, [.readWrite, .largeFile])
        return try add(file, flags.contains(.closeOnExec) ? .closedOnExec : .kept, task)
    }

    /// F_ADD_SEALS and F_GET_SEALS of fcntl(2).
    static func seals(_ file: OpenFile, _ command: FcntlCommand, _ argument: UInt) throws(Errno) -> Int {
        if command == .getSeals { return Int(try file.inode.seals().rawValue) }
        guard file.flags.allowsWriting else { throw .notPermitted }
        let seals = FileSeals(rawValue: word(argument))
        guard seals.isSubset(of: .all) else { throw .invalidArgument }
        try file.inode.addSeals(seals)
        return 0
    }
}
