// SPDX-License-Identifier: Apache-2.0
//
// unlink(2), rmdir(2), rename(2).

import Events
public import LinuxABI
import Synchronization

extension FileOperations {
    /// Takes a name of a file away.
    ///
    /// - Throws: as unlink(2).
    public func unlink(_ path: Span<UInt8>, from base: Place? = nil) throws(Errno) {
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        if walk.lastKind != .name { throw .isDirectory }
        while true {
            let child = try walk.inode.lookup(walk.name(in: path))
            if walk.hasTrailingSlash { throw child.kind == .directory ? .isDirectory : .notDirectory }
            try walk.mount.checkWritable()
            try walk.inode.checkRemoval(of: child, by: credentials)
            if child.kind == .directory { throw .isDirectory }
            if isMountPoint(child) { throw .resourceBusy }
            if try removed(path, walk, child) { return }
        }
    }

    /// Takes an empty directory away.
    ///
    /// - Throws: as rmdir(2).
    public func removeDirectory(_ path: Span<UInt8>, from base: Place? = nil) throws(Errno) {
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, .parent)
        switch walk.lastKind {
        case .name: break
        case .dot: throw .invalidArgument
        case .dotDot: throw .directoryNotEmpty
        case .root: throw .resourceBusy
        }
        while true {
            let child = try walk.inode.lookup(walk.name(in: path))
            try walk.mount.checkWritable()
            try walk.inode.checkRemoval(of: child, by: credentials)
            if child.kind != .directory { throw .notDirectory }
            if isMountPoint(child) { throw .resourceBusy }
            if try removed(path, walk, child) { return }
        }
    }

    /// Removes; false if the name means something else by now, which is looked at again.
    private func removed(_ path: Span<UInt8>, _ walk: borrowing PathWalk, _ child: Inode) throws(Errno) -> Bool {
        do throws(Errno) {
            try walk.inode.remove(walk.name(in: path), child)
            child.notifyLostName()
            walk.inode.notify(.deleted, name: walk.name(in: path), kind: child.kind)
            return true
        } catch {
            if error != .staleFileHandle { throw error }
            return false
        }
    }

    private func isMountPoint(_ inode: Inode) -> Bool {
        inode.mountCount.load(ordering: .relaxed) != 0
    }

    /// Moves a name.
    ///
    /// - Throws: as renameat2(2).
    @inline(never) public func rename(
        _ path: Span<UInt8>, from base: Place? = nil, to newPath: Span<UInt8>, from newBase: Place? = nil,
        _ flags: RenameFlags = []
    ) throws(Errno) {
        if !flags.isSubset(of: [.noReplace, .exchange, .whiteout]) { throw .invalidArgument }
        if flags.contains(.whiteout) || flags.isSuperset(of: [.noReplace, .exchange]) { throw .invalidArgument }
        var old = PathWalk(self, path, from: base)
        try old.walk(self, path, .parent)
        var new = PathWalk(self, newPath, from: newBase)
        try new.walk(self, newPath, .parent)
        if old.mount !== new.mount { throw .improperLink }
        if old.lastKind != .name { throw .resourceBusy }
        if new.lastKind != .name { throw flags.contains(.noReplace) ? .fileExists : .resourceBusy }
        try old.mount.volume.renameLock.withLock { (_) throws(Errno) in
            try renameLocked(path, old, newPath, new, flags)
        }
    }

    private func renameLocked(
        _ path: Span<UInt8>, _ old: borrowing PathWalk, _ newPath: Span<UInt8>, _ new: borrowing PathWalk,
        _ flags: RenameFlags
    ) throws(Errno) {
        while true {
            let child = try old.inode.lookup(old.name(in: path))
            let victim = try victim(newPath, new, flags)
            if child.kind != .directory {
                if old.hasTrailingSlash { throw .notDirectory }
                if !flags.contains(.exchange) && new.hasTrailingSlash { throw .notDirectory }
            }
            try checkTree(old.inode, child, new.inode, victim)
            if victim === child { return }
            try old.mount.checkWritable()
            try checkPermissions(old, new, child, victim, flags)
            do throws(Errno) {
                if flags.contains(.exchange), let victim {
                    try old.inode.exchange(old.name(in: path), child, with: new.inode, new.name(in: newPath), victim)
                } else {
                    try old.inode.rename(
                        old.name(in: path), child, to: new.inode, as: new.name(in: newPath), replacing: victim)
                }
                notifyMove(path, old, newPath, new, child, flags.contains(.exchange) ? nil : victim)
                if flags.contains(.exchange), let victim { notifyMove(newPath, new, path, old, victim, nil) }
                return
            } catch {
                // A name changed its meaning between the lookup and the lock: look again.
                if error != .staleFileHandle { throw error }
            }
        }
    }

    /// Tells of one end of a move after the other, then of what the new name meant before.
    private func notifyMove(
        _ path: Span<UInt8>, _ old: borrowing PathWalk, _ newPath: Span<UInt8>, _ new: borrowing PathWalk,
        _ child: Inode, _ victim: Inode?
    ) {
        let cookie = context.namespace.moves.wrappingAdd(1, ordering: .relaxed).newValue
        old.inode.notify(.movedFrom, name: old.name(in: path), kind: child.kind, cookie: cookie)
        new.inode.notify(.movedTo, name: new.name(in: newPath), kind: child.kind, cookie: cookie)
        child.notifyOwn(.selfMoved)
        victim?.notifyLostName()
    }

    /// What the new name means now.
    private func victim(_ newPath: Span<UInt8>, _ new: borrowing PathWalk, _ flags: RenameFlags) throws(Errno) -> Inode?
    {
        do throws(Errno) {
            let victim = try new.inode.lookup(new.name(in: newPath))
            if flags.contains(.noReplace) { throw .fileExists }
            return victim
        } catch {
            if error != .noEntry || flags.contains(.exchange) { throw error }
            return nil
        }
    }

    /// Refuses to move a directory below itself, or over one that it is in.
    private func checkTree(_ oldDirectory: Inode, _ child: Inode, _ newDirectory: Inode, _ victim: Inode?) throws(Errno)
    {
        if child.kind == .directory && isAbove(child, newDirectory) { throw .invalidArgument }
        if let victim, victim.kind == .directory, isAbove(victim, oldDirectory) { throw .directoryNotEmpty }
    }

    private func isAbove(_ directory: Inode, _ below: Inode) -> Bool {
        var current: Inode? = below
        while let inode = current {
            if inode === directory { return true }
            current = inode.parent
        }
        return false
    }

    private func checkPermissions(
        _ old: borrowing PathWalk, _ new: borrowing PathWalk, _ child: Inode, _ victim: Inode?, _ flags: RenameFlags
    ) throws(Errno) {
        try old.inode.checkRemoval(of: child, by: credentials)
        if let victim {
            try new.inode.checkRemoval(of: victim, by: credentials)
            if !flags.contains(.exchange) {
                if child.kind == .directory && victim.kind != .directory { throw .notDirectory }
                if child.kind != .directory && victim.kind == .directory { throw .isDirectory }
            }
            if isMountPoint(victim) { throw .resourceBusy }
        } else {
            try new.inode.check([.write, .execute], by: credentials)
        }
        if isMountPoint(child) { throw .resourceBusy }
        // A directory that moves gets another "..", which is a change of its contents.
        if old.inode !== new.inode {
            if child.kind == .directory { try child.check(.write, by: credentials) }
            if flags.contains(.exchange), let victim, victim.kind == .directory {
                try victim.check(.write, by: credentials)
            }
        }
    }
}
