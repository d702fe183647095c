// SPDX-License-Identifier: Apache-2.0
//
// Moving and exchanging names in memory. Everything that can fail comes before the first change. Two directories are
// locked from the top down, or by address if neither is above the other; the volume's rename lock, which the caller
// holds, keeps "above" true.

import Containers
import Events
import FileSystem
import LinuxABI

extension RamDirectory {
    /// Moves a name; see `Inode.rename`.
    func move(
        _ name: Span<UInt8>, _ child: Inode, to target: Inode, as newName: Span<UInt8>, replacing victim: Inode?
    ) throws(Errno) {
        guard let target = target as? RamDirectory, let child = child as? RamInode else { throw .improperLink }
        let lost: RamInode?
        if target === self {
            lost = try entries.withLock { (entries) throws(Errno) in
                try entries.check(name, is: child)
                let lost = try entries.put(child, as: newName, in: self, replacing: victim)
                entries.take(name)
                return lost
            }
        } else {
            lost = try withBoth(target) { (old, new) throws(Errno) in
                try old.check(name, is: child)
                let lost = try new.put(child, as: newName, in: target, replacing: victim)
                old.take(name)
                return lost
            }
            if child.kind == .directory {
                changeLinkCount(by: -1)
                target.changeLinkCount(by: 1)
            }
        }
        if let lost { target.lost(lost) }
        noteModification()
        if target !== self { target.noteModification() }
        child.noteChange()
    }

    /// Exchanges two names; see `Inode.exchange`.
    func swapNames(
        _ name: Span<UInt8>, _ child: Inode, with target: Inode, _ otherName: Span<UInt8>, _ otherChild: Inode
    ) throws(Errno) {
        guard let target = target as? RamDirectory, let child = child as? RamInode,
            let otherChild = otherChild as? RamInode
        else { throw .improperLink }
        if target === self {
            try entries.withLock { (entries) throws(Errno) in
                try entries.check(name, is: child)
                try entries.check(otherName, is: otherChild)
                entries.set(name, to: otherChild, in: self)
                entries.set(otherName, to: child, in: self)
            }
        } else {
            try withBoth(target) { (old, new) throws(Errno) in
                try old.check(name, is: child)
                try new.check(otherName, is: otherChild)
                old.set(name, to: otherChild, in: self)
                new.set(otherName, to: child, in: target)
            }
            let balance: Int32 = (otherChild.kind == .directory ? 1 : 0) - (child.kind == .directory ? 1 : 0)
            if balance != 0 {
                changeLinkCount(by: balance)
                target.changeLinkCount(by: -balance)
            }
            target.noteModification()
        }
        noteModification()
        child.noteChange()
        otherChild.noteChange()
    }

    /// Locks this directory and another one, and hands out the entries of both.
    private func withBoth<R>(
        _ other: RamDirectory, _ body: (inout Entries, inout Entries) throws(Errno) -> R
    ) throws(Errno) -> R {
        let isFirst = isAbove(other) || (!other.isAbove(self) && ObjectIdentifier(self) < ObjectIdentifier(other))
        if isFirst {
            return try entries.withLock { (own) throws(Errno) in
                try other.entries.withLock { (others) throws(Errno) in try body(&own, &others) }
            }
        }
        return try other.entries.withLock { (others) throws(Errno) in
            try entries.withLock { (own) throws(Errno) in try body(&own, &others) }
        }
    }

    private func isAbove(_ other: RamDirectory) -> Bool {
        var current = other.parent
        while let inode = current {
            if inode === self { return true }
            current = inode.parent
        }
        return false
    }
}

extension RamDirectory.Entries {
    /// Refuses unless a name still means an inode.
    func check(_ name: Span<UInt8>, is child: RamInode) throws(Errno) {
        guard let position = table.find(name), table[position].inode === child else { throw .staleFileHandle }
    }

    /// Gives an inode a name, which is free or means `victim`; returns what lost the name.
    mutating func put(
        _ child: RamInode, as name: Span<UInt8>, in directory: RamDirectory, replacing victim: Inode?
    ) throws(Errno) -> RamInode? {
        if isRemoved { throw .noEntry }
        if let position = table.find(name) {
            guard let victim, let lost = table[position].inode, lost === victim else { throw .staleFileHandle }
            try lost.markRemoved()
            table[position] = .inode(child)
            // Without memory for a copy the name is forgotten, and nothing else happens.
            lost.clearHome(directory, position.slot, name: (try? ByteString(copying: name)) ?? ByteString())
            child.setHome(directory, position.slot)
            return lost
        }
        if victim != nil { throw .staleFileHandle }
        let key = try allocating { () throws(OutOfMemory) in
            try table.reserve(1)
            return try ByteString(copying: name)
        }
        let position = table.insertReserved(key, .inode(child))
        child.setHome(directory, position.slot)
        return nil
    }

    /// Removes an entry whose inode has a name elsewhere by now; the caller holds a reference to it.
    mutating func take(_ name: Span<UInt8>) {
        _ = table.remove(name)
    }

    /// Lets a name that is there mean another inode; the caller holds references to both.
    mutating func set(_ name: Span<UInt8>, to child: RamInode, in directory: RamDirectory) {
        guard let position = table.find(name) else { preconditionFailure() }
        table[position] = .inode(child)
        child.setHome(directory, position.slot)
    }
}
