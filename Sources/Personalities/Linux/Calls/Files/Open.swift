// SPDX-License-Identifier: Apache-2.0
//
// open(2), openat(2), creat(2), close(2), close_range(2). The descriptor is taken before the file is opened or made, so
// that running out of numbers leaves nothing behind.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func open(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try open(workingDirectory, r.argument0, r.argument1, r.argument2, task)
    }

    @Sendable static func openat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try open(r.argument0, r.argument1, r.argument2, r.argument3, task)
    }

    @Sendable static func creat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags: OpenFlags = [.create, .writeOnly, .truncate]
        return try open(workingDirectory, r.argument0, UInt(flags.rawValue), r.argument1, task)
    }

    /// AT_FDCWD.
    static var workingDirectory: UInt { UInt(bitPattern: -100) }

    static func open(
        _ directory: UInt, _ address: UInt, _ flagWord: UInt, _ mode: UInt, _ task: Task,
        _ restrictions: PathRestrictions = []
    ) throws(Errno) -> Int {
        // open(2): unknown flags are ignored; only openat2(2) refuses them.
        var flags = OpenFlags(rawValue: word(flagWord)).intersection(.known)
        if !flags.contains(.path) { flags.insert(.largeFile) }
        if flags.contains(.temporaryBit), !flags.contains(.directory) || !flags.allowsWriting { throw .invalidArgument }
        let permissions = Permissions(rawValue: UInt16(truncatingIfNeeded: mode))
        return try withPath(address, .refused, task) { (path, task) throws(Errno) in
            let files = task.process.files
            let number = try files.take(limit: descriptorLimit(task), FileDescriptorTable.Inheritance(flags))
            do throws(Errno) {
                // An absolute path that stays inside a directory begins there, too.
                let base = restrictions.isEmpty ? try base(directory, path, task) : try base(directory, task)
                var operations = task.process.fileOperations
                if !restrictions.isEmpty { operations = operations.restricted(by: restrictions, from: base) }
                files.set(number, to: try operations.open(path, from: base, flags, permissions))
            } catch {
                files.giveBack(number)
                throw restartable(error)
            }
            return Int(number)
        }
    }

    @Sendable static func close(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try task.process.files.close(descriptor(r.argument0))
        return 0
    }

    /// CLOSE_RANGE_UNSHARE (2) and CLOSE_RANGE_CLOEXEC (4).
    @Sendable static func close_range(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let first = word(r.argument0), last = word(r.argument1), flags = word(r.argument2)
        guard flags & ~6 == 0, first <= last else { throw .invalidArgument }
        guard first <= UInt32(Int32.max) else { return 0 }
        let range = Int32(first)...Int32(min(last, UInt32(Int32.max)))
        let files = task.process.files
        if flags & 4 == 0 {
            files.closeAll(in: range)
            return 0
        }
        var start = range.lowerBound
        while let next = files.next(from: start), next <= range.upperBound {
            // Another thread may have closed it in between, which is as good.
            try? files.setInheritance(next, .closedOnExec)
            if next == .max { break }
            start = next + 1
        }
        return 0
    }
}
