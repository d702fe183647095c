// SPDX-License-Identifier: Apache-2.0
//
// write(2), writev(2), pwrite(2), pwritev(2), pwritev2(2).

internal import FileSystem
internal import LinuxABI
internal import Pipes
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func write(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withFile(r.argument0, task) { (file) throws(Errno) in
            var buffer = IOBuffer(try range(r.argument1, r.argument2))
            try respectSizeLimit(&buffer, file, task)
            do throws(Errno) {
                return try file.write(from: &buffer, writeOptions(file, task))
            } catch {
                throw writeError(error, task)
            }
        }
    }

    @Sendable static func writev(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        try respectSizeLimit(&buffer, file, task)
        do throws(Errno) {
            return try file.write(from: &buffer, writeOptions(file, task))
        } catch {
            throw writeError(error, task)
        }
    }

    @Sendable static func pwrite64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= 0 else { throw .invalidArgument }
        return try withFile(r.argument0, task) { (file) throws(Errno) in
            var buffer = IOBuffer(try range(r.argument1, r.argument2))
            try respectSizeLimit(&buffer, file, at: UInt64(offset), task)
            return try file.write(from: &buffer, at: UInt64(offset), writeOptions(file, task))
        }
    }

    @Sendable static func pwritev(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= 0 else { throw .invalidArgument }
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        try respectSizeLimit(&buffer, file, at: UInt64(offset), task)
        return try file.write(from: &buffer, at: UInt64(offset), writeOptions(file, task))
    }

    /// Offset −1 means the position of the open file.
    @Sendable static func pwritev2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= -1 else { throw .invalidArgument }
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        let flags = ReadWriteFlags(rawValue: word(r.argument5))
        guard flags.isSubset(of: [.highPriority, .dataSync, .sync, .noWait, .append]) else { throw .notSupported }
        try checkWaiting(flags, file)
        try respectSizeLimit(&buffer, file, at: offset >= 0 ? UInt64(offset) : nil, task)
        var options = writeOptions(file, task)
        if flags.contains(.append) { options.insert(.append) }
        do throws(Errno) {
            if offset < 0, flags.contains(.noWait), let end = file as? PipeEnd {
                return try end.write(from: &buffer, .nonBlocking)
            }
            let count =
                offset >= 0
                ? try file.write(from: &buffer, at: UInt64(offset), options) : try file.write(from: &buffer, options)
            if !flags.isDisjoint(with: [.dataSync, .sync]) { try file.inode.sync() }
            return count
        } catch {
            throw writeError(error, task)
        }
    }
}
