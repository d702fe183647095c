// SPDX-License-Identifier: Apache-2.0
//
// A directory in memory: a hash table from names to inodes. The table's slots do not move while an entry lives, so a
// slot number is the position that getdents(2) continues from. Moving names is in RamDirectory+Rename.swift.

import Containers
import Events
import FileSystem
import LinuxABI
import Sync

/// A directory in memory.
///
/// Lock order: a directory before those below it; two unrelated ones by address (only rename does that).
final class RamDirectory: RamInode, @unchecked Sendable {
    struct Entries: ~Copyable {
        var table = HashTable<ByteString, RamEntry>()
        /// Set when the directory itself is removed: nothing is made in it any more.
        var isRemoved = false
    }

    let entries = BlockingMutex(Entries(), .directory)

    /// Makes an empty directory that has been taken out of the volume's limit.
    init(volume: RamVolume, _ description: borrowing NewInode) {
        super.init(volume: volume, linkCount: 2, description)
    }

    private var ramVolume: RamVolume {
        guard let volume = volume as? RamVolume else { preconditionFailure() }
        return volume
    }

    /// As tmpfs: the size grows with the entries, 20 bytes each.
    override var byteCount: UInt64 { entries.withLock { UInt64($0.table.count) * 20 } + 40 }

    @_optimize(speed)  // a step of every path
    override func lookup(_ name: Span<UInt8>) throws(Errno) -> Inode {
        try entries.withLock { (entries) throws(Errno) -> RamInode in
            guard let position = entries.table.find(name) else { throw .noEntry }
            if let inode = entries.table[position].inode { return inode }
            return try makeFile(at: position, &entries)
        }
    }

    /// Makes the inode of a file that is still in the archive.
    @inline(never)
    private func makeFile(
        at position: HashTable<ByteString, RamEntry>.Position, _ entries: inout Entries
    ) throws(Errno) -> RamInode {
        guard case .archived(let member) = entries.table[position] else { preconditionFailure() }
        let file = try ramVolume.makeFile(member)
        entries.table[position] = .inode(file)
        file.setHome(self, position.slot)
        return file
    }

    /// Enters a file that stays in the archive until somebody looks it up; the directory does not count as changed.
    ///
    /// - Returns: false if there is such a name already; nothing has happened then.
    func enter(_ name: Span<UInt8>, _ member: ArchivedMember) throws(Errno) -> Bool {
        let volume = ramVolume
        return try entries.withLock { (entries) throws(Errno) in
            if entries.isRemoved { throw .noEntry }
            try volume.takeInode()
            var isEntered = false
            defer { if !isEntered { volume.giveInode() } }
            try allocating { () throws(OutOfMemory) in
                isEntered = try entries.table.insertIfAbsent(name, .archived(member)) != nil
            }
            return isEntered
        }
    }

    override func create(_ name: Span<UInt8>, _ description: NewInode) throws(Errno) -> Inode {
        let volume = ramVolume
        return try add(name) { () throws(Errno) in
            try volume.takeInode()
            switch description.mode.kind {
            case .regular: return RamFile(volume: volume, linkCount: 1, description)
            case .directory: return RamDirectory(volume: volume, description)
            case .symbolicLink: preconditionFailure()
            default: return RamInode(volume: volume, linkCount: 1, description)
            }
        }
    }

    override func createLink(
        _ name: Span<UInt8>, to target: Span<UInt8>, _ description: NewInode
    ) throws(Errno) {
        let volume = ramVolume
        let text = try allocating { () throws(OutOfMemory) in try ByteString(copying: target) }
        try volume.takeInode()
        let link = RamLink(volume: volume, description, text: text)
        _ = try add(name) { () throws(Errno) in link }
    }

    override func createUnnamed(_ description: NewInode) throws(Errno) -> Inode {
        let volume = ramVolume
        try volume.takeInode()
        return RamFile(volume: volume, linkCount: 0, description)
    }

    override func link(_ name: Span<UInt8>, to inode: Inode) throws(Errno) {
        guard let inode = inode as? RamInode else { throw .improperLink }
        _ = try add(name) { () throws(Errno) in
            if inode.attributes.withLock({ $0.linkCount }) >= 65_000 { throw .tooManyLinks }
            return inode
        }
        inode.changeLinkCount(by: 1)
    }

    /// Adds an entry for the inode that `make` answers, once it is certain that there is room for it.
    private func add(_ name: Span<UInt8>, _ make: () throws(Errno) -> RamInode) throws(Errno) -> RamInode {
        let inode = try entries.withLock { (entries) throws(Errno) in
            if entries.isRemoved { throw .noEntry }
            if entries.table.find(name) != nil { throw .fileExists }
            let key = try allocating { () throws(OutOfMemory) in
                try entries.table.reserve(1)
                return try ByteString(copying: name)
            }
            let inode = try make()
            let position = entries.table.insertReserved(key, .inode(inode))
            inode.setHome(self, position.slot)
            return inode
        }
        if inode.kind == .directory { changeLinkCount(by: 1) }
        noteModification()
        return inode
    }

    override func remove(_ name: Span<UInt8>, _ child: Inode) throws(Errno) {
        let removed = try entries.withLock { (entries) throws(Errno) in
            guard let position = entries.table.find(name), let removed = entries.table[position].inode,
                removed === child
            else { throw .staleFileHandle }
            try removed.markRemoved()
            removed.clearHome(self, position.slot, name: entries.table.removeKey(at: position))
            return removed
        }
        lost(removed)
        noteModification()
    }

    override func rename(
        _ name: Span<UInt8>, _ child: Inode, to target: Inode, as newName: Span<UInt8>, replacing victim: Inode?
    ) throws(Errno) {
        try move(name, child, to: target, as: newName, replacing: victim)
    }

    override func exchange(
        _ name: Span<UInt8>, _ child: Inode, with target: Inode, _ otherName: Span<UInt8>, _ otherChild: Inode
    ) throws(Errno) {
        try swapNames(name, child, with: target, otherName, otherChild)
    }

    /// Counts the links of an inode that has lost its name here.
    func lost(_ inode: RamInode) {
        if inode.kind == .directory {
            inode.changeLinkCount(by: -2)
            changeLinkCount(by: -1)
        } else {
            inode.changeLinkCount(by: -1)
        }
    }

    override func withName(of child: Inode, _ body: (Span<UInt8>) -> Void) -> Bool {
        guard let child = child as? RamInode else { return false }
        return entries.withLock { entries in
            guard let home = child.home.withLock({ $0 }), home.directory === self, let slot = home.slot else {
                return false
            }
            entries.table.withKey(at: HashTable.Position(slot: slot)) { name in body(name.span) }
            return true
        }
    }

    override func withLostName(of child: Inode, _ body: (Span<UInt8>) -> Void) {
        (child as? RamInode)?.lostName.withLock { body($0.span) }
    }

    override func readDirectory(
        from position: UInt64, _ body: (_ name: Span<UInt8>, _ number: UInt64, _ kind: FileKind, _ next: UInt64) -> Bool
    ) throws(Errno) {
        if position > UInt64(UInt32.max) { return }
        try entries.withLock { (entries) throws(Errno) in
            if entries.isRemoved { throw .noEntry }
            var slot = Int(position)
            while let found = entries.table.nextPosition(fromSlot: slot) {
                slot = found.slot + 1
                let (number, kind) = facts(entries.table[found])
                let goesOn = entries.table.withKey(at: found) { name in body(name.span, number, kind, UInt64(slot)) }
                if !goesOn { return }
            }
        }
    }

    private func facts(_ entry: RamEntry) -> (number: UInt64, kind: FileKind) {
        switch entry {
        case .inode(let inode): (inode.number, inode.kind)
        case .archived(let member): (ramVolume.number(of: member), .regular)
        }
    }

    /// A directory in this one that has entries itself.
    func directoryWithEntries() -> RamDirectory? {
        entries.withLock { entries in
            var slot = 0
            while let found = entries.table.nextPosition(fromSlot: slot) {
                slot = found.slot + 1
                if let directory = entries.table[found].inode as? RamDirectory,
                    !directory.entries.withLock({ $0.table.isEmpty })
                {
                    return directory
                }
            }
            return nil
        }
    }

    /// Drops all entries, when the volume goes. That of the boot archive never does: its files stay where they are.
    func removeAllEntries() {
        while let removed = entries.withLock({ entries -> RamEntry? in
            guard let position = entries.table.nextPosition(fromSlot: 0) else { return nil }
            return entries.table.remove(at: position)
        }) {
            let home = removed.inode?.home.withLock { $0.take() }
            _ = home
        }
    }
}

extension RamInode {
    /// Makes a directory refuse new entries because it is about to lose its name; other inodes do not mind.
    ///
    /// - Throws: `.directoryNotEmpty`.
    func markRemoved() throws(Errno) {
        guard let directory = self as? RamDirectory else { return }
        try directory.entries.withLock { (entries) throws(Errno) in
            if !entries.table.isEmpty { throw .directoryNotEmpty }
            entries.isRemoved = true
        }
    }
}
