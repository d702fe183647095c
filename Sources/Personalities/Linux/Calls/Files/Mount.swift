// SPDX-License-Identifier: Apache-2.0
//
// mount(2), umount2(2): file systems in memory and directories that appear a second time (bind). There is one mount
// namespace, so how mounts propagate makes no difference.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Memory
internal import Processes
internal import Processor
internal import RamFS
internal import UserMemory

extension SystemCalls {
    @Sendable static func mount(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let type = r.argument2 == 0 ? [] : bytes(try UserMemory.string(at: UserAddress(r.argument2), limit: 4096))
        let source = r.argument0 == 0 ? [] : bytes(try UserMemory.string(at: UserAddress(r.argument0), limit: 4096))
        let options = r.argument4 == 0 ? [] : bytes(try UserMemory.string(at: UserAddress(r.argument4), limit: 4096))
        return try withPath(r.argument1) { (path) throws(Errno) in
            var flags = MountFlags(rawValue: UInt64(r.argument3))
            // MS_MGC_VAL, which old programs add.
            if flags.rawValue & 0xffff_0000 == 0xc0ed_0000 { flags = MountFlags(rawValue: flags.rawValue & 0xffff) }
            let operations = task.process.fileOperations
            let place = try operations.place(of: path, following: .follow)
            guard operations.credentials.has(.administration) else { throw .notPermitted }
            if !flags.isDisjoint(with: [.makePrivate, .makeSlave, .makeShared]) { return 0 }
            guard flags.isDisjoint(with: [.remount, .move]) else { throw .invalidArgument }
            let kept = flags.subtracting([.bind, .recursive, .silent, .relativeAccessTimes, .strictAccessTimes])
            guard
                kept.isSubset(of: [
                    .readOnly, .noSetUserID, .noDevices, .noExecution, .synchronous, .noAccessTimes,
                    .noDirectoryAccessTimes,
                ])
            else { throw .invalidArgument }
            if flags.contains(.bind) {
                let bound = try operations.place(of: source.span, following: .follow)
                try operations.mount(bound.mount.volume, bound.inode, at: place, kept, source: source.span)
            } else {
                let volume = try makeVolume(type, options, operations)
                try operations.mount(volume, at: place, kept, source: source.span)
            }
            return 0
        }
    }

    @Sendable static func umount2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        // MNT_FORCE 1, MNT_DETACH 2, UMOUNT_NOFOLLOW 8; MNT_EXPIRE (4) is refused.
        guard word(r.argument1) & ~11 == 0 else { throw .invalidArgument }
        return try withPath(r.argument0) { (path) throws(Errno) in
            let operations = task.process.fileOperations
            let follows = word(r.argument1) & 8 == 0
            try operations.unmount(try operations.place(of: path, following: follows ? .follow : .noFollow))
            return 0
        }
    }

    /// - Throws: `.operationNotSupportedByDevice` for a type that there is not.
    private static func makeVolume(
        _ type: [UInt8], _ options: [UInt8], _ operations: FileOperations
    ) throws(Errno) -> Volume {
        let tmpfs: StaticString = "tmpfs", ramfs: StaticString = "ramfs"
        guard type.span.hasSameBytes(as: tmpfs.utf8Bytes) || type.span.hasSameBytes(as: ramfs.utf8Bytes) else {
            throw .operationNotSupportedByDevice
        }
        let pages = Frames.totalBytes / UInt64(pageSize)
        // tmpfs(5): half of the memory and as many inodes as pages, unless said otherwise.
        var limits = MemoryVolumeOptions(pageLimit: pages / 2, inodeLimit: pages / 2)
        try limits.parse(options, totalPages: pages)
        var minor: UInt32 = 15
        operations.context.namespace.forEach { mount in
            let device = mount.volume.device
            if device.major == 0 { minor = max(minor, device.minor) }
        }
        return RamVolume(
            device: .anonymous(minor + 1), pageLimit: limits.pageLimit, inodeLimit: limits.inodeLimit,
            rootPermissions: limits.permissions)
    }
}
