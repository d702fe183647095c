// SPDX-License-Identifier: Apache-2.0
//
// stat(2), lstat(2), fstat(2), newfstatat(2), statx(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

/// The structure that a status is written as.
private enum StatusForm {
    /// `struct stat`
    case plain
    /// `struct statx`
    case extended
}

extension SystemCalls {
    @Sendable static func stat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try status(workingDirectory, r.argument0, [], r.argument1, .plain, task)
    }

    @Sendable static func lstat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try status(workingDirectory, r.argument0, .noFollow, r.argument1, .plain, task)
    }

    @Sendable static func fstat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try write(try file(r.argument0, task).status(), r.argument1, .plain)
    }

    @Sendable static func newfstatat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument3))
        return try status(r.argument0, r.argument1, flags, r.argument2, .plain, task)
    }

    @Sendable static func statx(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument2))
        if StatxMask(rawValue: word(r.argument3)).contains(.reserved) { throw .invalidArgument }
        if flags.isSuperset(of: [.statxForceSync, .statxDoNotSync]) { throw .invalidArgument }
        return try status(r.argument0, r.argument1, flags, r.argument4, .extended, task)
    }

    private static func status(
        _ directory: UInt, _ address: UInt, _ flags: AtFlags, _ target: UInt, _ form: StatusForm, _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(address, flags.contains(.emptyPath) ? .allowed : .refused, task) {
            (path, task) throws(Errno) in
            guard flags.isSubset(of: [.noFollow, .noAutomount, .emptyPath, .statxForceSync, .statxDoNotSync]) else {
                throw .invalidArgument
            }
            // The C library's fstat is this; it must also do for files without a place (pipes).
            if path.isEmpty, descriptor(directory) != -100 {
                let file = try file(directory, task)
                if form == .plain { return try write(file.status(), target, form) }
                return try writeExtended(file.status(), file.place, target)
            }
            let base = try base(directory, path, task)
            if form == .extended {
                let place = try task.process.fileOperations.place(of: path, from: base, flags)
                return try writeExtended(place.inode.status(through: place.mount), place, target)
            }
            return try write(try task.process.fileOperations.status(path, from: base, flags), target, form)
        }
    }

    /// Also tells whether the file is where a mount begins, which stat(2) has no word for.
    @inline(never)
    private static func writeExtended(_ status: FileStatus, _ place: Place?, _ target: UInt) throws(Errno) -> Int {
        var status = status
        if let place { status.isMountRoot = place.mount.root === place.inode }
        return try write(status, target, .extended)
    }

    // Out of line: both encodings would live in the frame of the path walk.
    @inline(never)
    private static func write(_ status: FileStatus, _ target: UInt, _ form: StatusForm) throws(Errno) -> Int {
        switch form {
        case .plain: try store(status.encoded, target)
        case .extended: try store(status.encodedStatx, target)
        }
        return 0
    }
}
