// SPDX-License-Identifier: Apache-2.0
//
// fcntl(2): descriptors' and open files' flags, duplicates, pipes' sizes. Record locks are in RecordLocks.swift,
// owners in FileOwnerControl.swift.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func fcntl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try file(r.argument0, task)
        let command = FcntlCommand(rawValue: word(r.argument1))
        let files = task.process.files
        switch command {
        case .duplicate: return try duplicate(file, r.argument2, .kept, task)
        case .duplicateCloseOnExec: return try duplicate(file, r.argument2, .closedOnExec, task)
        case .getDescriptorFlags:
            return try files.inheritance(descriptor(r.argument0)) == .closedOnExec ? 1 : 0
        case .setDescriptorFlags:
            let isClosed = DescriptorFlags(rawValue: word(r.argument2)).contains(.closeOnExec)
            try files.setInheritance(descriptor(r.argument0), isClosed ? .closedOnExec : .kept)
            return 0
        case .getStatusFlags: return Int(file.flags.rawValue)
        default: break
        }
        // open(2), O_PATH: the other commands are refused.
        if file.flags.contains(.path) { throw .badFileDescriptor }
        switch command {
        case .setStatusFlags:
            try setStatusFlags(file, OpenFlags(rawValue: word(r.argument2)), task)
            return 0
        case .getLock, .setLock, .setLockWaiting, .getOpenFileLock, .setOpenFileLock, .setOpenFileLockWaiting:
            return try recordLock(file, command, descriptor(r.argument0), r.argument2, task)
        case .getPipeSize, .setPipeSize: return try pipeSize(file, command, r.argument2, task)
        case .addSeals, .getSeals: return try seals(file, command, r.argument2)
        case .getLease: return 2  // F_UNLCK: nobody holds a lease
        case .setLease: throw .resourceTemporarilyUnavailable
        case .getOwner, .setOwner, .getOwnerExtended, .setOwnerExtended, .getOwnerUsers, .getSignal, .setSignal:
            return try fileOwner(file, command, r.argument2, task)
        default: throw .invalidArgument
        }
    }

    private static func duplicate(
        _ file: OpenFile, _ minimum: UInt, _ inheritance: FileDescriptorTable.Inheritance, _ task: Task
    ) throws(Errno) -> Int {
        let limit = descriptorLimit(task)
        guard UInt64(minimum) < limit, minimum <= UInt(Int32.max) else { throw .invalidArgument }
        return Int(try task.process.files.add(file, from: Int(minimum), limit: limit, inheritance))
    }

    private static func setStatusFlags(_ file: OpenFile, _ flags: OpenFlags, _ task: Task) throws(Errno) {
        if flags.contains(.noAccessTime), !file.flags.contains(.noAccessTime),
            !file.inode.isOwned(by: task.process.credentials)
        {
            throw .notPermitted
        }
        file.setFlags(flags)
    }
}
