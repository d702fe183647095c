// SPDX-License-Identifier: Apache-2.0
//
// Adding, changing and removing what an event poll watches: epoll_ctl(2). An entry leaves by its removal, when its file
// has no descriptor any more, or with the poll's own last descriptor.

import Containers
public import Events
public import FileSystem
public import LinuxABI

extension EventPoll {
    /// The longest chain of polls that watch each other.
    private static var nestingLimit: Int { 4 }

    /// Begins to watch a file.
    ///
    /// - Parameters:
    ///   - number: the descriptor that the program means it by.
    ///   - data: what the program gets with the events.
    /// - Throws: `.notPermitted` for a file that never changes its readiness; `.fileExists`;
    ///   `.tooManySymbolicLinkLevels` if polls would watch each other in a circle or too deep; `.badFileDescriptor` if
    ///   either has just been closed; `.noMemory`.
    public func add(
        _ file: OpenFile, as number: Int32, _ wanted: PollEvents, _ flags: EpollFlags, data: UInt64
    ) throws(Errno) {
        guard let queue = file.waitQueue else { throw .notPermitted }
        let entry = EventPollEntry(self, file, number, queue, Self.complete(wanted), flags, data: data)
        guard let inner = file as? EventPoll else { return try enter(entry) }
        try volume.nesting.withLock { (_) throws(Errno) in
            let below = try inner.depthBelow(avoiding: self, 0)
            if below + 1 + depthAbove(0) > Self.nestingLimit { throw .tooManySymbolicLinkLevels }
            try enter(entry)
        }
    }

    private func enter(_ entry: EventPollEntry) throws(Errno) {
        try entries.withLock { (entries) throws(Errno) in
            if entries.isClosed { throw .badFileDescriptor }
            let first = Self.first(entries, entry.number)
            if Self.find(first, entry.file) != nil { throw .fileExists }
            try allocating { () throws(OutOfMemory) in
                try entries.table.reserve(1)
                try entries.slots.reserve(1)
                try reserveReady(entries.slots.slotCount + 1)
            }
            entry.slot = UInt32(entries.slots.insertReserved(WatchedEntry(entry)))
            guard entry.file.add(entry) else {
                _ = entries.slots.remove(Int(entry.slot))
                throw .badFileDescriptor
            }
            if first != nil { _ = entries.table.remove(Self.key(entry.number)) }
            entry.sameNumber = first
            entries.table.insertReserved(Self.key(entry.number), entry)
            entry.queue.add(entry)
            lookAtOnce(entry)
        }
    }

    /// Changes what is wanted of a file, and how it is told.
    ///
    /// - Throws: `.noEntry`; `.invalidArgument` for an exclusive entry.
    public func modify(
        _ file: OpenFile, as number: Int32, _ wanted: PollEvents, _ flags: EpollFlags, data: UInt64
    ) throws(Errno) {
        try entries.withLock { (entries) throws(Errno) in
            guard let entry = Self.find(Self.first(entries, number), file) else { throw .noEntry }
            if entry.flags.contains(.exclusive) { throw .invalidArgument }
            entry.flags = flags
            entry.data = data
            entry.wanted = Self.complete(wanted)
            lookAtOnce(entry)
        }
    }

    /// Watches a file no longer.
    ///
    /// - Throws: `.noEntry`.
    public func remove(_ file: OpenFile, as number: Int32) throws(Errno) {
        let removed = try entries.withLock { (entries) throws(Errno) -> EventPollEntry in
            guard let entry = Self.find(Self.first(entries, number), file) else { throw .noEntry }
            detach(entry, &entries)
            return entry
        }
        _ = removed  // its last release happens outside of the lock
    }

    /// A watched file has no descriptor any more.
    func fileEnded(_ entry: EventPollEntry) {
        entries.withLock { if !entry.hasLeft { detach(entry, &$0) } }
    }

    /// Some entry, which leaves; nothing is added any more.
    func takeAny() -> EventPollEntry? {
        entries.withLock { entries in
            entries.isClosed = true
            guard let position = entries.table.nextPosition(fromSlot: 0) else { return nil }
            let entry = entries.table[position]
            detach(entry, &entries)
            return entry
        }
    }

    /// Errors and hang-ups are always told.
    private static func complete(_ wanted: PollEvents) -> PollEvents { wanted.union([.error, .hangUp]) }

    /// Puts an entry into the ready list if its file has something now.
    private func lookAtOnce(_ entry: EventPollEntry) {
        if !Self.look(entry).isEmpty { _ = entryMayBeReady(entry.slot) }
    }

    // MARK: The table

    private static func key(_ number: Int32) -> UInt64 { UInt64(UInt32(bitPattern: number)) }

    private static func first(_ entries: borrowing Entries, _ number: Int32) -> EventPollEntry? {
        guard let position = entries.table.find(key(number)) else { return nil }
        return entries.table[position]
    }

    private static func find(_ first: EventPollEntry?, _ file: OpenFile) -> EventPollEntry? {
        var entry = first
        while let current = entry, current.file !== file { entry = current.sameNumber }
        return entry
    }

    private func detach(_ entry: EventPollEntry, _ entries: inout Entries) {
        entry.hasLeft = true
        entry.queue.remove(entry)
        entry.file.remove(entry)
        forgetReady(entry.slot)
        _ = entries.slots.remove(Int(entry.slot))  // not its last reference: the caller has one
        guard let position = entries.table.find(Self.key(entry.number)) else { return }
        if entries.table[position] !== entry {
            var before = entries.table[position]
            while let next = before.sameNumber, next !== entry { before = next }
            before.sameNumber = entry.sameNumber
        } else if let next = entry.sameNumber {
            entries.table[position] = next
        } else {
            _ = entries.table.remove(at: position)
        }
        entry.sameNumber = nil
    }

    // MARK: Nesting

    /// How many polls lie below this one.
    ///
    /// - Throws: `.tooManySymbolicLinkLevels` if `outer` is among them, or if they are too deep.
    /// - Context: the volume's nesting lock is held.
    private func depthBelow(avoiding outer: EventPoll, _ level: Int) throws(Errno) -> Int {
        if self === outer || level > Self.nestingLimit { throw .tooManySymbolicLinkLevels }
        return try entries.withLock { (entries) throws(Errno) in
            var deepest = 0
            var slot = 0
            while let position = entries.table.nextPosition(fromSlot: slot) {
                slot = position.slot + 1
                var entry: EventPollEntry? = entries.table[position]
                while let current = entry {
                    if let inner = current.file as? EventPoll {
                        deepest = max(deepest, try inner.depthBelow(avoiding: outer, level + 1) + 1)
                    }
                    entry = current.sameNumber
                }
            }
            return deepest
        }
    }

    /// How many polls lie above this one, counted up to the limit.
    private func depthAbove(_ level: Int) -> Int {
        if level > Self.nestingLimit { return 0 }
        var highest = 0
        forEachWatcher { watcher in
            if let entry = watcher as? EventPollEntry { highest = max(highest, entry.poll.depthAbove(level + 1) + 1) }
        }
        return highest
    }
}
