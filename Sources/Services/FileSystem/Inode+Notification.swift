// SPDX-License-Identifier: Apache-2.0
//
// Telling watchers what happens to inodes and to names (inotify(7)). Linux's fsnotify has the same two roads: an event of
// an inode goes to the watchers of its directory, with the name, and to its own; an event of a name to the directory's.

public import LinuxABI
import Sync
import Synchronization

extension Inode {
    /// Tells of something that happened to this inode: to the watchers of its directory and to its own.
    @inline(__always) public func notify(_ events: FileEvents) {
        if volume.watchCount.load(ordering: .relaxed) != 0 { tell(events) }
    }

    /// Tells of something that happened to a name in this directory.
    ///
    /// - Parameter kind: what has the name.
    @inline(__always) func notify(_ events: FileEvents, name: Span<UInt8>, kind: FileKind, cookie: UInt32 = 0) {
        if volume.watchCount.load(ordering: .relaxed) != 0 { tell(events, name, kind, cookie) }
    }

    /// Tells the watchers of this inode alone.
    @inline(__always) func notifyOwn(_ events: FileEvents) {
        if volume.watchCount.load(ordering: .relaxed) != 0 { tellOwn(events) }
    }

    /// Tells that a name of this inode is gone; with the last one the inode is, too, and watching it ends.
    @inline(__always) func notifyLostName() {
        if volume.watchCount.load(ordering: .relaxed) != 0 { tellLostName() }
    }

    @inline(never) private func tell(_ events: FileEvents) {
        let all = kind == .directory ? events.union(.isDirectory) : events
        if let parent, let watches = parent.watchSlot.existing {
            _ = parent.withName(of: self) { name in watches.forEach { $0.tell(all, name, 0) } }
        }
        tellOwn(events)
    }

    @inline(never) private func tell(_ events: FileEvents, _ name: Span<UInt8>, _ kind: FileKind, _ cookie: UInt32) {
        let all = kind == .directory ? events.union(.isDirectory) : events
        watchSlot.existing?.forEach { $0.tell(all, name, cookie) }
    }

    @inline(never) private func tellOwn(_ events: FileEvents) {
        let isMarked = kind == .directory && events.isDisjoint(with: [.selfDeleted, .selfMoved])
        let all = isMarked ? events.union(.isDirectory) : events
        let none = InlineArray<0, UInt8>(repeating: 0)
        watchSlot.existing?.forEach { $0.tell(all, none.span, 0) }
    }

    @inline(never) private func tellLostName() {
        if kind != .directory {
            tellOwn(.attributesChanged)
            if attributes.withLock({ $0.linkCount }) > 0 { return }
        }
        tellOwn(.selfDeleted)
        watchSlot.existing?.forEach { watch in
            watch.end()
            watch.inodeIsGone()
        }
    }
}
