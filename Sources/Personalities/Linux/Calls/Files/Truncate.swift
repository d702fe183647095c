// SPDX-License-Identifier: Apache-2.0
//
// truncate(2), ftruncate(2), fallocate(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func truncate(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard offset(r.argument1) >= 0 else { throw .invalidArgument }
        return try withPath(r.argument0) { (path) throws(Errno) in
            let byteCount = UInt64(r.argument1)
            try task.process.fileOperations.truncate(path, to: byteCount) { (inode) throws(Errno) in
                try respectSizeLimit(growing: inode, to: byteCount, task)
            }
            return 0
        }
    }

    @Sendable static func ftruncate(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard offset(r.argument1) >= 0 else { throw .invalidArgument }
        let file = try usableFile(r.argument0, task)
        guard file.inode.kind == .regular, file.flags.allowsWriting else { throw .invalidArgument }
        try respectSizeLimit(growing: file.inode, to: UInt64(r.argument1), task)
        try file.inode.resize(to: UInt64(r.argument1))
        file.inode.notify(.modified)
        return 0
    }

    @Sendable static func fallocate(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try usableFile(r.argument0, task)
        let mode = FallocateMode(rawValue: word(r.argument1))
        let start = offset(r.argument2), length = offset(r.argument3)
        guard start >= 0, length > 0 else { throw .invalidArgument }
        guard mode.isSubset(of: [.keepSize, .punchHole, .collapseRange, .zeroRange, .insertRange, .unshareRange]),
            !mode.contains(.punchHole) || mode == [.punchHole, .keepSize]
        else { throw .notSupported }
        guard file.flags.allowsWriting else { throw .badFileDescriptor }
        if file.inode.kind == .directory { throw .isDirectory }
        let (end, overflow) = start.addingReportingOverflow(length)
        if overflow { throw .fileTooLarge }
        if !mode.contains(.keepSize) { try respectSizeLimit(growing: file.inode, to: UInt64(end), task) }
        try file.inode.allocate(mode, UInt64(start)..<UInt64(end))
        file.inode.notify(.modified)
        return 0
    }
}
