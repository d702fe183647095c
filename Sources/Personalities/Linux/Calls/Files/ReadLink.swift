// SPDX-License-Identifier: Apache-2.0
//
// readlink(2), readlinkat(2): the text is cut to the buffer, without a NUL.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func readlink(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try readLink(workingDirectory, r.argument0, r.argument1, r.argument2, task)
    }

    @Sendable static func readlinkat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try readLink(r.argument0, r.argument1, r.argument2, r.argument3, task)
    }

    private static func readLink(
        _ directory: UInt, _ address: UInt, _ target: UInt, _ size: UInt, _ task: Task
    ) throws(Errno) -> Int {
        let limit = Int(descriptor(size))
        guard limit > 0 else { throw .invalidArgument }
        return try withPath(address, .allowed, task) { (path, task) throws(Errno) in
            let base = try base(directory, path, task)
            return try write(try task.process.fileOperations.readLink(path, from: base), UserAddress(target), limit)
        }
    }

    private static func write(
        _ text: consuming LinkText, _ target: UserAddress, _ limit: Int
    ) throws(Errno) -> Int {
        let count = min(limit, text.count)
        try UserMemory.write(text.span.extracting(first: count).rawBytes, to: target)
        return count
    }
}
