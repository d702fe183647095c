// SPDX-License-Identifier: Apache-2.0
//
// lseek(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func lseek(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let origin = SeekOrigin(rawValue: word(r.argument2))
        guard origin.rawValue <= SeekOrigin.hole.rawValue else { throw .invalidArgument }
        return Int(try file.seek(to: offset(r.argument1), from: origin))
    }
}
