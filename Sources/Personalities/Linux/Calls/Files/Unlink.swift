// SPDX-License-Identifier: Apache-2.0
//
// unlink(2), unlinkat(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func unlink(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var path = PathArgument()
        try path.read(r.argument0)
        try task.process.fileOperations.unlink(path.span)
        return 0
    }

    @Sendable static func unlinkat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = AtFlags(rawValue: word(r.argument2))
        guard flags.isSubset(of: .removeDirectory) else { throw .invalidArgument }
        var path = PathArgument()
        try path.read(r.argument1)
        let base = try base(r.argument0, path, task)
        let operations = task.process.fileOperations
        if flags.contains(.removeDirectory) {
            try operations.removeDirectory(path.span, from: base)
        } else {
            try operations.unlink(path.span, from: base)
        }
        return 0
    }
}
