// SPDX-License-Identifier: Apache-2.0
//
// unlink(2), unlinkat(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func unlink(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0, .refused, task) { (path, task) throws(Errno) in
            try task.process.fileOperations.unlink(path)
            return 0
        }
    }

    @Sendable static func unlinkat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument2))
        guard flags.isSubset(of: .removeDirectory) else { throw .invalidArgument }
        return try withPath(r.argument1, .refused, task) { (path, task) throws(Errno) in
            let base = try base(r.argument0, path, task)
            let operations = task.process.fileOperations
            if flags.contains(.removeDirectory) {
                try operations.removeDirectory(path, from: base)
            } else {
                try operations.unlink(path, from: base)
            }
            return 0
        }
    }
}
