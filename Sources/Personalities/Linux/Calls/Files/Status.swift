// SPDX-License-Identifier: Apache-2.0
//
// stat(2), lstat(2), fstat(2), newfstatat(2), statx(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func stat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(try status(workingDirectory, r.argument0, [], task).encoded, r.argument1)
        return 0
    }

    @Sendable static func lstat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(try status(workingDirectory, r.argument0, .noFollow, task).encoded, r.argument1)
        return 0
    }

    @Sendable static func fstat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(try file(r.argument0, task).status().encoded, r.argument1)
        return 0
    }

    @Sendable static func newfstatat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument3))
        try store(try status(r.argument0, r.argument1, flags, task).encoded, r.argument2)
        return 0
    }

    @Sendable static func statx(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument2))
        if StatxMask(rawValue: word(r.argument3)).contains(.reserved) { throw .invalidArgument }
        if flags.isSuperset(of: [.statxForceSync, .statxDoNotSync]) { throw .invalidArgument }
        try store(try status(r.argument0, r.argument1, flags, task).encodedStatx, r.argument4)
        return 0
    }

    private static func status(
        _ directory: UInt, _ address: UInt, _ flags: AtFlags, _ task: Task
    ) throws(Errno) -> FileStatus {
        var path = PathArgument()
        try path.read(address, flags.contains(.emptyPath) ? .allowed : .refused)
        guard flags.isSubset(of: [.noFollow, .noAutomount, .emptyPath, .statxForceSync, .statxDoNotSync]) else {
            throw .invalidArgument
        }
        // The C library's fstat is this; it must also do for files without a place (pipes).
        if path.isEmpty, descriptor(directory) != -100 { return try file(directory, task).status() }
        let base = try base(directory, path, task)
        return try task.process.fileOperations.status(path.span, from: base, flags)
    }
}
