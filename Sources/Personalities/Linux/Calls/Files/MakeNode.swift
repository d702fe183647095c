// SPDX-License-Identifier: Apache-2.0
//
// mknod(2), mknodat(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func mknod(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeNode(workingDirectory, r.argument0, r.argument1, r.argument2, task)
    }

    @Sendable static func mknodat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeNode(r.argument0, r.argument1, r.argument2, r.argument3, task)
    }

    private static func makeNode(
        _ directory: UInt, _ address: UInt, _ modeWord: UInt, _ device: UInt, _ task: Task
    ) throws(Errno) -> Int {
        var statusWord = UInt32(UInt16(truncatingIfNeeded: modeWord))
        // Without a kind it is a regular file.
        if statusWord & 0o170000 == 0 { statusWord |= 0o100000 }
        guard let mode = FileMode(statusWord: statusWord) else { throw .invalidArgument }
        return try withPath(address) { (path) throws(Errno) in
            let base = try base(directory, path, task)
            try task.process.fileOperations.makeNode(path, from: base, mode, DeviceNumber(encoded: word(device)))
            return 0
        }
    }
}
