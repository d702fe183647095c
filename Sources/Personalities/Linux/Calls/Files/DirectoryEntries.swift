// SPDX-License-Identifier: Apache-2.0
//
// getdents64(2). The older getdents(2) is not used by any C library of today.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func getdents64(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        var buffer = IOBuffer(try range(r.argument1, UInt(word(r.argument2))))
        return try file.readDirectory(into: &buffer)
    }
}
