// SPDX-License-Identifier: Apache-2.0
//
// statfs(2), fstatfs(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func statfs(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0) { (path) throws(Errno) in
            let mount = try task.process.fileOperations.place(of: path, following: .follow).mount
            try store(status(mount.volume, mount.flags).encoded, r.argument1)
            return 0
        }
    }

    @Sendable static func fstatfs(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let file = try file(r.argument0, task)
        try store(status(file.inode.volume, file.mount?.flags ?? []).encoded, r.argument1)
        return 0
    }

    /// The volume's figures with the mount's flags as ST_… bits, the low ones of which are MS_…'s.
    private static func status(_ volume: Volume, _ flags: MountFlags) -> FileSystemStatus {
        var status = volume.status()
        status.flags = 0x20 | flags.rawValue & 0xc1f  // ST_VALID; read-only … synchronous, no access times
        if !flags.contains(.noAccessTimes) { status.flags |= 0x1000 }  // ST_RELATIME
        return status
    }
}
