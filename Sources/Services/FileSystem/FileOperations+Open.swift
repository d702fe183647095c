// SPDX-License-Identifier: Apache-2.0
//
// open(2) and openat(2): from a path and flags to an open file. The descriptor is the caller's: it takes the number
// first. Source: open(2).

import Containers
public import LinuxABI
import Sync

extension FileOperations {
    /// Opens, and makes where the flags say so.
    ///
    /// - Parameter permissions: of a file that is made, before the umask.
    /// - Throws: as open(2): `.noEntry`, `.fileExists`, `.isDirectory`, `.notDirectory`, `.permissionDenied`,
    ///   `.tooManySymbolicLinkLevels`, `.readOnlyFileSystem`, `.notPermitted`, `.noSuchAddressOrDevice` …
    public func open(
        _ path: Span<UInt8>, from base: Place? = nil, _ flags: OpenFlags, _ permissions: Permissions
    ) throws(Errno) -> OpenFile {
        if flags.contains(.path) { return try openPath(path, from: base, flags) }
        if flags.contains(.temporaryBit) { return try openTemporary(path, from: base, flags, permissions) }
        if flags.contains(.create) { return try openCreating(path, from: base, flags, permissions) }
        let place = try place(of: path, from: base, following: flags.contains(.noFollow) ? .noFollow : .follow)
        return try open(place, flags)
    }

    /// Opens what is at a place.
    public func open(_ place: Place, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        let inode = place.inode
        try checkKind(place, flags)
        var access: AccessMode = []
        if flags.allowsReading { access.insert(.read) }
        if flags.allowsWriting || flags.contains(.truncate) { access.insert(.write) }
        // Mode 3 asks for both permissions and gives neither; it serves ioctl(2) alone.
        if flags.rawValue & 3 == 3 { access = [.read, .write] }
        try inode.check(access, by: credentials)
        if access.contains(.write) && inode.kind == .regular { try place.mount.checkWritable() }
        if flags.contains(.noAccessTime) && !inode.isOwned(by: credentials) { throw .notPermitted }
        let file = try makeFile(place, flags)
        inode.notify(.opened)
        if flags.contains(.truncate) && inode.kind == .regular {
            try inode.resize(to: 0)
            inode.notify(.modified)
        }
        return file
    }

    private func checkKind(_ place: Place, _ flags: OpenFlags) throws(Errno) {
        switch place.inode.kind {
        case .symbolicLink: throw flags.contains(.directory) ? .notDirectory : .tooManySymbolicLinkLevels
        case .directory:
            if flags.allowsWriting || flags.contains(.truncate) || flags.contains(.create) { throw .isDirectory }
        case .characterDevice, .blockDevice:
            if place.mount.flags.contains(.noDevices) { throw .permissionDenied }
        default: break
        }
        if flags.contains(.directory) && place.inode.kind != .directory { throw .notDirectory }
    }

    private func makeFile(_ place: Place, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        if place.inode.opensItself { return try place.inode.open(place.mount, flags) }
        guard let special = context.namespace.specialFiles else { throw .noSuchAddressOrDevice }
        return try special.open(place.inode, place.mount, flags)
    }

    /// `O_PATH`: only a place; of the other flags, three count.
    private func openPath(_ path: Span<UInt8>, from base: Place?, _ flags: OpenFlags) throws(Errno) -> OpenFile {
        let kept = flags.intersection([.path, .directory, .noFollow, .closeOnExec])
        let place = try place(of: path, from: base, following: flags.contains(.noFollow) ? .noFollow : .follow)
        if flags.contains(.directory) && place.inode.kind != .directory { throw .notDirectory }
        return OpenFile(place.inode, place.mount, kept)
    }

    /// `O_TMPFILE`: a file without a name in the directory's file system.
    private func openTemporary(
        _ path: Span<UInt8>, from base: Place?, _ flags: OpenFlags, _ permissions: Permissions
    ) throws(Errno) -> OpenFile {
        if !flags.contains(.directory) || !flags.allowsWriting || flags.contains(.create) { throw .invalidArgument }
        let place = try place(of: path, from: base, following: .follow)
        if place.inode.kind != .directory { throw .notDirectory }
        try place.mount.checkWritable()
        try place.inode.check([.write, .execute], by: credentials)
        let inode = try place.inode.createUnnamed(describe(.regular, permissions, in: place.inode))
        if !flags.contains(.exclusive) { inode.attributes.withLock { $0.isLinkable = true } }
        return try inode.open(place.mount, flags.subtracting([.directory, .temporaryBit]))
    }

    /// `O_CREAT`: finds the name in its directory, following links that lead to where a file can be made.
    private func openCreating(
        _ path: Span<UInt8>, from base: Place?, _ flags: OpenFlags, _ permissions: Permissions
    ) throws(Errno) -> OpenFile {
        if flags.contains(.directory) { throw .invalidArgument }
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        while true {
            if walk.hasTrailingSlash || walk.lastKind != .name { throw .isDirectory }
            let child: Inode
            do throws(Errno) {
                child = try walk.inode.lookup(walk.name(in: path))
            } catch {
                if error != .noEntry { throw error }
                if let file = try create(path, walk, flags, permissions) { return file }
                continue
            }
            if flags.contains(.exclusive) { throw .fileExists }
            if child.kind == .symbolicLink {
                if flags.contains(.noFollow) { throw .tooManySymbolicLinkLevels }
                try walk.follow(self, child, .parent)
                // A link of /proc leads to a place, not to a name in a directory.
                if walk.lastKind == .root { return try open(walk.place, flags) }
                continue
            }
            return try open(context.namespace.crossing(walk.mount, child), flags)
        }
    }

    /// Makes the file that a walk has stopped before; nil if somebody else was quicker.
    private func create(
        _ path: Span<UInt8>, _ walk: borrowing PathWalk, _ flags: OpenFlags, _ permissions: Permissions
    ) throws(Errno) -> OpenFile? {
        try walk.mount.checkWritable()
        try walk.inode.check([.write, .execute], by: credentials)
        let inode: Inode
        do throws(Errno) {
            inode = try walk.inode.create(walk.name(in: path), describe(.regular, permissions, in: walk.inode))
        } catch {
            // A file system where nothing can be made: EPERM for mkdir(2) and mknod(2), but EACCES for open(2).
            if error == .notPermitted { throw .permissionDenied }
            if error != .fileExists || flags.contains(.exclusive) { throw error }
            return nil
        }
        walk.inode.notify(.created, name: walk.name(in: path), kind: .regular)
        // Whoever makes a file may open it, whatever its permissions say.
        let file = try inode.open(walk.mount, flags)
        inode.notify(.opened)
        return file
    }

    /// Describes an inode that the asker makes in a directory: owner, group and umask.
    func describe(
        _ kind: FileKind, _ permissions: Permissions, in directory: Inode, device: DeviceNumber = .none
    ) -> NewInode {
        var permissions = kind == .symbolicLink ? permissions : permissions.subtracting(context.umask)
        var group = credentials.group.file
        let (inherits, directoryGroup) = directory.attributes.withLock {
            ($0.permissions.contains(.setGroupID), $0.groupID)
        }
        if inherits {
            group = directoryGroup
            if kind == .directory { permissions.insert(.setGroupID) }
        }
        return NewInode(
            mode: FileMode(kind, permissions), userID: credentials.user.file, groupID: group, device: device)
    }
}
