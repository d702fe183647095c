// SPDX-License-Identifier: Apache-2.0
//
// posix_fadvise(2), readahead(2): advice for caches that a file system in memory does not have; checked all the same.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func fadvise64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        if file.inode.kind == .fifo { throw .illegalSeek }
        guard offset(r.argument2) >= 0, r.argument3 <= 5 else { throw .invalidArgument }
        return 0
    }

    @Sendable static func readahead(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        guard file.flags.allowsReading else { throw .badFileDescriptor }
        guard file.inode.kind == .regular || file.inode.kind == .blockDevice else { throw .invalidArgument }
        return 0
    }
}
