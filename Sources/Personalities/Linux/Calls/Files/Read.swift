// SPDX-License-Identifier: Apache-2.0
//
// read(2), readv(2), pread(2), preadv(2), preadv2(2).

internal import FileSystem
internal import LinuxABI
internal import Pipes
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func read(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withFile(r.argument0, task) { (file) throws(Errno) in
            var buffer = IOBuffer(try range(r.argument1, r.argument2))
            do throws(Errno) { return try file.read(into: &buffer) } catch { throw restartable(error) }
        }
    }

    @Sendable static func readv(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        do throws(Errno) { return try file.read(into: &buffer) } catch { throw restartable(error) }
    }

    @Sendable static func pread64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= 0 else { throw .invalidArgument }
        return try withFile(r.argument0, task) { (file) throws(Errno) in
            var buffer = IOBuffer(try range(r.argument1, r.argument2))
            return try file.read(into: &buffer, at: UInt64(offset))
        }
    }

    @Sendable static func preadv(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= 0 else { throw .invalidArgument }
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        return try file.read(into: &buffer, at: UInt64(offset))
    }

    /// Offset −1 means the position of the open file.
    @Sendable static func preadv2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let offset = offset(r.argument3)
        guard offset >= -1 else { throw .invalidArgument }
        let file = try file(r.argument0, task)
        var buffer = try vector(r.argument1, r.argument2)
        let flags = ReadWriteFlags(rawValue: word(r.argument5))
        // Reads of a file system in memory are always synchronised, so RWF_SYNC and RWF_DSYNC change nothing.
        guard flags.isSubset(of: [.highPriority, .dataSync, .sync, .noWait, .append]) else { throw .notSupported }
        try checkWaiting(flags, file)
        if offset >= 0 { return try file.read(into: &buffer, at: UInt64(offset)) }
        if flags.contains(.noWait), let end = file as? PipeEnd { return try end.read(into: &buffer, .nonBlocking) }
        do throws(Errno) { return try file.read(into: &buffer) } catch { throw restartable(error) }
    }

    /// RWF_NOWAIT is for pipes, and for files whose pages are in memory, which never wait; others do not have it.
    static func checkWaiting(_ flags: ReadWriteFlags, _ file: OpenFile) throws(Errno) {
        if flags.contains(.noWait), file.inode.pageCache == nil, !(file is PipeEnd) { throw .notSupported }
    }
}
