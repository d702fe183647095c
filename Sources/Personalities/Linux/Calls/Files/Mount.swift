// SPDX-License-Identifier: Apache-2.0
//
// mount(2), umount2(2): file systems in memory, the kernel's own once more, and directories that appear a second time
// (bind). There is one mount namespace, so how mounts propagate makes no difference.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Memory
internal import Processes
internal import Processor
internal import RamFS
internal import Sync
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
            let kept = flags.intersection(.kept)
            guard flags.isSubset(of: .known) else { throw .invalidArgument }
            if flags.contains(.remount) {
                try remount(place, flags, options, task)
            } else if flags.contains(.bind) {
                guard !source.isEmpty else { throw .invalidArgument }
                let bound = try operations.place(of: source.span, following: .follow)
                try operations.mount(bound.mount.volume, bound.inode, at: place, bound.mount.flags, source: source.span)
            } else if !flags.isDisjoint(with: .propagation) {
                // There is one namespace: nothing is propagated anywhere.
                let kind = flags.subtracting([.recursive, .silent])
                guard kind.rawValue.nonzeroBitCount == 1 else { throw .invalidArgument }
                guard place.inode === place.mount.root else { throw .invalidArgument }
            } else if flags.contains(.move) {
                guard !source.isEmpty else { throw .invalidArgument }
                let moved = try operations.place(of: source.span, following: .follow)
                try operations.context.namespace.move(moved, to: place)
            } else {
                guard !type.isEmpty else { throw r.argument2 == 0 ? .invalidArgument : .operationNotSupportedByDevice }
                let volume = try volume(type, options, kept, operations)
                if place.mount.volume === volume, place.inode === place.mount.root { throw .resourceBusy }
                try operations.mount(volume, at: place, kept, source: source.span)
            }
            return 0
        }
    }

    /// MS_REMOUNT: with MS_BIND the flags of this mount, without it those of the file system, too, and its options.
    private static func remount(
        _ place: Place, _ flags: MountFlags, _ options: [UInt8], _ task: Task
    ) throws(Errno) {
        guard place.inode === place.mount.root else { throw .invalidArgument }
        let kept = flags.intersection(.kept)
        if !flags.contains(.bind) {
            let volume = place.mount.volume
            let isReadOnly = kept.contains(.readOnly)
            if isReadOnly, !volume.isReadOnly,
                isAnyFile(of: task, where: { $0.flags.allowsWriting && $0.mount?.volume === volume })
            {
                throw .resourceBusy
            }
            if let memory = volume as? RamVolume {
                let (pages, inodes) = memory.limits
                var limits = MemoryVolumeOptions(pageLimit: pages, inodeLimit: inodes)
                try limits.parse(options, totalPages: Frames.totalBytes / UInt64(pageSize))
                try memory.setLimits(pages: limits.pageLimit, inodes: limits.inodeLimit)
            }
            volume.isReadOnly = isReadOnly
        }
        place.mount.setFlags(kept)
    }

    /// Whether an open file of the calling process is one that is looked for.
    @inline(never)
    private static func isAnyFile(of task: Task, where isWanted: (OpenFile) -> Bool) -> Bool {
        let files = task.process.files
        var next: Int32 = 0
        while let number = files.next(from: next) {
            if let file = try? files.file(number), isWanted(file) { return true }
            next = number + 1
        }
        return false
    }

    @Sendable static func umount2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        // MNT_FORCE 1, MNT_DETACH 2, MNT_EXPIRE 4, UMOUNT_NOFOLLOW 8.
        let flags = word(r.argument1)
        guard flags & ~15 == 0 else { throw .invalidArgument }
        return try withPath(r.argument0) { (path) throws(Errno) in
            let operations = task.process.fileOperations
            let place = try operations.place(of: path, following: flags & 8 == 0 ? .follow : .noFollow)
            guard operations.credentials.has(.administration) else { throw .notPermitted }
            let mount = place.mount
            guard place.inode === mount.root else { throw .invalidArgument }
            let detaches = flags & 2 != 0
            if flags & 4 != 0, flags & 3 != 0 || operations.context.root.mount === mount { throw .invalidArgument }
            if !detaches, isInUse(mount, task) { throw .resourceBusy }
            if flags & 4 != 0, !operations.context.namespace.expire(mount) { throw .wouldBlock }
            try operations.unmount(place, detaches ? .withMountsOnIt : .alone)
            return 0
        }
    }

    /// Whether the calling process has a file open there, or stands there, or something is mounted on it.
    private static func isInUse(_ mount: Mount, _ task: Task) -> Bool {
        let context = task.process.fileContext
        return context.root.mount === mount || context.workingDirectory.mount === mount
            || context.namespace.isCovered(mount) || isAnyFile(of: task) { $0.mount === mount }
    }

    /// The file system of a type: a new one in memory, or another sight of one that there is.
    ///
    /// - Throws: `.operationNotSupportedByDevice` for a type that there is not.
    private static func volume(
        _ type: [UInt8], _ options: [UInt8], _ flags: MountFlags, _ operations: FileOperations
    ) throws(Errno) -> Volume {
        let tmpfs: StaticString = "tmpfs", ramfs: StaticString = "ramfs"
        guard type.span.hasSameBytes(as: tmpfs.utf8Bytes) || type.span.hasSameBytes(as: ramfs.utf8Bytes) else {
            var found: Volume?
            operations.context.namespace.forEach { mount in
                if type.span.hasSameBytes(as: mount.volume.typeName.utf8Bytes) { found = mount.volume }
            }
            guard let found else { throw .operationNotSupportedByDevice }
            return found
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
        let volume = RamVolume(
            device: .anonymous(minor + 1), pageLimit: limits.pageLimit, inodeLimit: limits.inodeLimit,
            rootPermissions: limits.permissions)
        let caller = operations.credentials
        let (user, group) = (limits.userID ?? caller.user.file, limits.groupID ?? caller.group.file)
        volume.root.attributes.withLock { attributes in
            attributes.userID = user
            attributes.groupID = group
        }
        volume.isReadOnly = flags.contains(.readOnly)
        return volume
    }
}

extension MountFlags {
    /// What a mount remembers.
    fileprivate static var kept: MountFlags {
        [.readOnly, .noSetUserID, .noDevices, .noExecution, .synchronous, .noAccessTimes, .noDirectoryAccessTimes]
    }

    /// MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE and MS_SHARED.
    fileprivate static var propagation: MountFlags {
        [.makePrivate, .makeSlave, .makeShared, MountFlags(rawValue: 1 << 17)]
    }

    /// What has a meaning here, or needs none where files are in memory: MS_MANDLOCK, MS_DIRSYNC, MS_POSIXACL,
    /// MS_I_VERSION and MS_LAZYTIME, in this order.
    fileprivate static var known: MountFlags {
        kept.union(propagation).union([
            .remount, .bind, .move, .recursive, .silent, .relativeAccessTimes, .strictAccessTimes,
            MountFlags(rawValue: 64 | 128 | 1 << 16 | 1 << 23 | 1 << 25),
        ])
    }
}
