// SPDX-License-Identifier: Apache-2.0
//
// memfd_create(2): a file without a name on the root file system, if that is one in memory.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// MFD_CLOEXEC is 1, MFD_ALLOW_SEALING 2; large pages are refused.
    @Sendable static func memfd_create(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard word(r.argument1) & ~3 == 0 else { throw .invalidArgument }
        // The name only shows in /proc; it is checked, because a bad one is an error.
        _ = try UserMemory.string(at: UserAddress(r.argument0), limit: 250, tooLong: .invalidArgument)
        let credentials = task.process.credentials
        let root = task.process.fileContext.namespace.root
        let description = NewInode(
            mode: FileMode(.regular, Permissions(rawValue: 0o777)), userID: credentials.user.file,
            groupID: credentials.group.file)
        let inode = try root.inode.createUnnamed(description)
        let file = try inode.open(root.mount, [.readWrite, .largeFile])
        return try add(file, word(r.argument1) & 1 != 0 ? .closedOnExec : .kept, task)
    }
}
