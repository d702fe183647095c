// SPDX-License-Identifier: Apache-2.0
//
// mkdir(2), mknod(2), symlink(2), link(2).

public import LinuxABI
import Sync

extension FileOperations {
    /// Makes a directory.
    ///
    /// - Throws: as mkdir(2).
    public func makeDirectory(
        _ path: Span<UInt8>, from base: Place? = nil, _ permissions: Permissions
    ) throws(Errno) {
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        try checkAbsent(path, walk, allowsTrailingSlash: .allowed)
        // Of the special bits, mkdir(2) takes the sticky one alone.
        let kept = permissions.intersection(Permissions(rawValue: 0o1777))
        _ = try walk.inode.create(walk.name(in: path), describe(.directory, kept, in: walk.inode))
        walk.inode.notify(.created, name: walk.name(in: path), kind: .directory)
    }

    /// Makes a regular file, device, FIFO or socket.
    ///
    /// - Throws: as mknod(2).
    public func makeNode(
        _ path: Span<UInt8>, from base: Place? = nil, _ mode: FileMode, _ device: DeviceNumber
    ) throws(Errno) {
        if mode.kind == .directory { throw .notPermitted }
        if mode.kind == .symbolicLink { throw .invalidArgument }
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        try checkAbsent(path, walk, allowsTrailingSlash: .refused)
        let isDevice = mode.kind == .characterDevice || mode.kind == .blockDevice
        if isDevice && !credentials.has(.makeDevices) { throw .notPermitted }
        let description = describe(
            mode.kind, mode.permissions, in: walk.inode, device: isDevice ? device : .none)
        _ = try walk.inode.create(walk.name(in: path), description)
        walk.inode.notify(.created, name: walk.name(in: path), kind: mode.kind)
    }

    /// Makes a symbolic link with that text.
    ///
    /// - Throws: as symlink(2).
    @inline(never) public func makeSymbolicLink(
        _ target: Span<UInt8>, at path: Span<UInt8>, from base: Place? = nil
    ) throws(Errno) {
        if target.isEmpty { throw .noEntry }
        if target.count >= PathWalk.pathLimit { throw .fileNameTooLong }
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        try checkAbsent(path, walk, allowsTrailingSlash: .refused)
        let description = describe(.symbolicLink, Permissions(rawValue: 0o777), in: walk.inode)
        try walk.inode.createLink(walk.name(in: path), to: target, description)
        walk.inode.notify(.created, name: walk.name(in: path), kind: .symbolicLink)
    }

    /// Gives what is at a place one more name.
    ///
    /// - Throws: as link(2).
    @inline(never) public func link(_ source: Place, to path: Span<UInt8>, from base: Place? = nil) throws(Errno) {
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        try checkAbsent(path, walk, allowsTrailingSlash: .refused)
        if walk.mount !== source.mount || walk.inode.volume !== source.inode.volume { throw .improperLink }
        if source.inode.kind == .directory { throw .notPermitted }
        let mayBeNamed = source.inode.attributes.withLock { $0.linkCount > 0 || $0.isLinkable }
        guard mayBeNamed else { throw .noEntry }
        try walk.inode.link(walk.name(in: path), to: source.inode)
        source.inode.attributes.withLock { $0.isLinkable = false }
        source.inode.notifyOwn(.attributesChanged)
        walk.inode.notify(.created, name: walk.name(in: path), kind: source.inode.kind)
    }

    /// Whether "name/" may be made: only a directory.
    enum TrailingSlash {
        case allowed
        case refused
    }

    /// Refuses a name that is there already, then what the directory and its mount do not allow, in Linux's order.
    private func checkAbsent(
        _ path: Span<UInt8>, _ walk: borrowing PathWalk, allowsTrailingSlash: TrailingSlash
    ) throws(Errno) {
        if walk.lastKind != .name { throw .fileExists }
        var isThere = true
        do throws(Errno) {
            _ = try walk.inode.lookup(walk.name(in: path))
        } catch {
            if error != .noEntry { throw error }
            isThere = false
        }
        if isThere { throw .fileExists }
        if walk.hasTrailingSlash && allowsTrailingSlash == .refused { throw .noEntry }
        try walk.mount.checkWritable()
        try walk.inode.check([.write, .execute], by: credentials)
    }
}
