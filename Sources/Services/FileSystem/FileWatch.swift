// SPDX-License-Identifier: Apache-2.0
//
// Somebody's wish to be told what happens to an inode. An inode has a list of them from the first one on; a volume
// counts its watches, so that where nobody watches, an operation costs one look at that count. Who watches, and what
// becomes of the events, is the watcher's business (inotify in EventFiles); what is told when, is FileOperations'.

internal import Containers
internal import Events
public import LinuxABI
internal import Sync
internal import Synchronization

/// Who is told of events.
public protocol InodeWatcher: AnyObject, Sendable {
    /// Something happened that the watch wants to know of.
    ///
    /// - Parameters:
    ///   - name: the name in the watched directory, or nothing for the watched inode itself.
    ///   - cookie: the same for both ends of a move, else 0.
    /// - Context: thread; may allocate; directories may be locked.
    func notice(_ events: FileEvents, _ name: Span<UInt8>, cookie: UInt32, of watch: FileWatch)

    /// The watched inode is gone: the watch is over.
    func watchEnded(_ watch: FileWatch)
}

/// One inode watched by one watcher.
public final class FileWatch: Sendable {
    /// What is watched.
    public let inode: Inode
    /// What the watcher calls it.
    public let number: Int32
    private let watcher: any InodeWatcher
    private let wanted: Atomic<UInt32>

    /// Creates a watch, which begins with `begin`.
    public init(_ inode: Inode, number: Int32, _ watcher: any InodeWatcher, _ wanted: FileEvents) {
        self.inode = inode
        self.number = number
        self.watcher = watcher
        self.wanted = Atomic(wanted.rawValue)
    }

    /// What the watcher wants to know, and its options.
    public var events: FileEvents {
        get { FileEvents(rawValue: wanted.load(ordering: .relaxed)) }
        set { wanted.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// Begins to watch.
    ///
    /// - Throws: `.noMemory`.
    public func begin() throws(Errno) {
        try inode.watchSlot.value { InodeWatches() }.add(self)
        inode.volume.watchCount.wrappingAdd(1, ordering: .relaxed)
    }

    /// Watches no longer; without effect if it has ended already.
    public func end() {
        guard let watches = inode.watchSlot.existing, watches.remove(self) else { return }
        inode.volume.watchCount.wrappingSubtract(1, ordering: .relaxed)
    }

    func tell(_ events: FileEvents, _ name: Span<UInt8>, _ cookie: UInt32) {
        if self.events.isDisjoint(with: events) { return }
        watcher.notice(events, name, cookie: cookie, of: self)
    }

    func inodeIsGone() { watcher.watchEnded(self) }
}

/// The watches of one inode.
final class InodeWatches: Sendable {
    private let watches = BlockingMutex(UniqueArray<FileWatch>(), .watches)

    func add(_ watch: FileWatch) throws(Errno) {
        try watches.withLock { (watches) throws(Errno) in
            do throws(OutOfMemory) { try watches.append(watch) } catch { throw .noMemory }
        }
    }

    /// - Returns: whether it was there.
    func remove(_ watch: FileWatch) -> Bool {
        watches.withLock { watches in
            for index in 0..<watches.count where watches[index] === watch {
                watches.remove(at: index)
                return true
            }
            return false
        }
    }

    /// Calls `body` with each watch, which may end it.
    func forEach(_ body: (FileWatch) -> Void) {
        var index = 0
        while let watch = at(index) {
            body(watch)
            if let now = at(index), now === watch { index += 1 }
        }
    }

    private func at(_ index: Int) -> FileWatch? {
        watches.withLock { $0.count > index ? $0[index] : nil }
    }
}
