// SPDX-License-Identifier: Apache-2.0
//
// sync(2), syncfs(2), fsync(2), fdatasync(2), sync_file_range(2): each file system does what it must; one in memory has
// nothing to do.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func sync(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        task.process.fileContext.namespace.forEach { mount in
            // sync(2) always succeeds; who wants to know uses fsync(2).
            try? mount.volume.sync()
        }
        return 0
    }

    @Sendable static func syncfs(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try usableFile(r.argument0, task).inode.volume.sync()
        return 0
    }

    @Sendable static func fsync(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let inode = try usableFile(r.argument0, task).inode
        guard isStored(inode.kind) else { throw .invalidArgument }
        try inode.sync()
        return 0
    }

    @Sendable static func sync_file_range(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let start = offset(r.argument1), length = offset(r.argument2)
        let inode = try usableFile(r.argument0, task).inode
        guard r.argument3 & ~7 == 0, start >= 0, length >= 0, !start.addingReportingOverflow(length).overflow else {
            throw .invalidArgument
        }
        guard isStored(inode.kind) else { throw .illegalSeek }
        try inode.sync()
        return 0
    }

    private static func isStored(_ kind: FileKind) -> Bool {
        kind == .regular || kind == .directory || kind == .blockDevice
    }
}
