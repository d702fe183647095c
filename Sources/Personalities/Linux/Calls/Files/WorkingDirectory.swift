// SPDX-License-Identifier: Apache-2.0
//
// getcwd(2), chdir(2), fchdir(2), chroot(2), umask(2): where a process stands in the tree.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// The raw call answers the length with the NUL; the C library makes a pointer of it.
    @Sendable static func getcwd(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let path = try task.process.fileOperations.workingDirectoryPath()
        return try write(path, UserAddress(r.argument0), size: r.argument1)
    }

    private static func write(
        _ path: consuming UniqueArray<UInt8>, _ target: UserAddress, size: UInt
    ) throws(Errno) -> Int {
        let count = path.count
        guard UInt(count) < size else { throw .outOfRange }
        try UserMemory.write(path.span.rawBytes, to: target)
        try UserMemory.store(UInt8(0), at: target.advanced(by: count))
        return count + 1
    }

    @Sendable static func chdir(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0) { (path) throws(Errno) in
            let operations = task.process.fileOperations
            try operations.changeDirectory(to: try operations.place(of: path, following: .follow))
            return 0
        }
    }

    @Sendable static func fchdir(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let place = try file(r.argument0, task).place else { throw .notDirectory }
        try task.process.fileOperations.changeDirectory(to: place)
        return 0
    }

    @Sendable static func chroot(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0) { (path) throws(Errno) in
            let operations = task.process.fileOperations
            try operations.changeRoot(to: try operations.place(of: path, following: .follow))
            return 0
        }
    }

    @Sendable static func umask(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let mask = Permissions(rawValue: UInt16(truncatingIfNeeded: r.argument0))
        return Int(task.process.fileContext.setUmask(mask).rawValue)
    }
}
