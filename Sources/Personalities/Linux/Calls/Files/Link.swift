// SPDX-License-Identifier: Apache-2.0
//
// link(2), linkat(2), symlink(2), symlinkat(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func link(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try link(workingDirectory, r.argument0, workingDirectory, r.argument1, [], task)
    }

    @Sendable static func linkat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument4))
        guard flags.isSubset(of: [.follow, .emptyPath]) else { throw .invalidArgument }
        // Whoever could not have looked the file up must not give it a name by a descriptor either.
        if flags.contains(.emptyPath), !task.process.credentials.has(.readAndSearch) { throw .noEntry }
        return try link(r.argument0, r.argument1, r.argument2, r.argument3, flags, task)
    }

    private static func link(
        _ oldDirectory: UInt, _ old: UInt, _ newDirectory: UInt, _ new: UInt, _ flags: AtFlags, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(old, flags.contains(.emptyPath) ? .allowed : .refused) { (oldPath) throws(Errno) in
            return try withPath(new) { (newPath) throws(Errno) in
                let oldBase = try base(oldDirectory, oldPath, task)
                let newBase = try base(newDirectory, newPath, task)
                let operations = task.process.fileOperations
                let source = try operations.place(
                    of: oldPath, from: oldBase, flags.contains(.follow) ? .emptyPath : [.emptyPath, .noFollow])
                try operations.link(source, to: newPath, from: newBase)
                return 0
            }
        }
    }

    @Sendable static func symlink(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeSymbolicLink(r.argument0, workingDirectory, r.argument1, task)
    }

    @Sendable static func symlinkat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeSymbolicLink(r.argument0, r.argument1, r.argument2, task)
    }

    private static func makeSymbolicLink(
        _ text: UInt, _ directory: UInt, _ address: UInt, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(text) { (target) throws(Errno) in
            return try withPath(address) { (path) throws(Errno) in
                let base = try base(directory, path, task)
                try task.process.fileOperations.makeSymbolicLink(target, at: path, from: base)
                return 0
            }
        }
    }
}
