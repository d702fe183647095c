// SPDX-License-Identifier: Apache-2.0
//
// epoll(7): an open file that watches others and hands out those that have something. Each entry observes its file's wait
// queue; when that is woken the entry goes into the ready list, and a wait looks at the entries of that list only:
//
//      file's queue ──woken──▶ entry ──▶ ready list ──▶ a waiting thread asks the file, and takes or drops the entry
//
// A level-triggered entry that had something goes back to the list's end and is asked again by the next wait; an
// edge-triggered one comes back with the next change.

public import Containers
public import Events
public import FileSystem
public import LinuxABI
import Sync
import Synchronization
public import Time
public import UserMemory

/// A set of watched files: what epoll_create(2) makes.
///
/// Lock order: the volume's nesting lock, then entries (of the outer poll before the inner one's), then a file's wait
/// queue, then the ready list, then the queues of those who wait for this poll.
public final class EventPoll: EventFile, @unchecked Sendable {
    struct Entries: ~Copyable {
        /// By number; those of files that a number meant before are chained behind.
        var table = HashTable<UInt64, EventPollEntry>()
        /// All of them by slot.
        var slots = Slab<WatchedEntry>()
        /// No descriptor is left: nothing is added any more.
        var isClosed = false
    }

    let entries = BlockingMutex(Entries(), .poll)
    let ready = Spinlock(ReadyList())
    /// Whether the ready list has an entry, for looking without its lock.
    let mayBeReady = Atomic<Bool>(false)
    /// Threads in `wait`: one change wakes one.
    let sleepers = WaitQueue()
    /// Who polls this poll.
    private let changed = WaitQueue()
    let volume: UnnamedVolume

    /// Creates a poll that watches nothing.
    public init(_ volume: UnnamedVolume) {
        self.volume = volume
        super.init(volume, [])
    }

    public override var anonymousName: StaticString { "anon_inode:[eventpoll]" }

    public override var waitQueue: WaitQueue? { changed }

    public override func lastDescriptorClosed() {
        while let entry = takeAny() { _ = entry }
    }

    /// Reading and writing is nothing for it.
    public override func read(into buffer: inout IOBuffer) throws(Errno) -> Int { throw .invalidArgument }

    public override func write(from buffer: inout IOBuffer, _ options: TransferOptions) throws(Errno) -> Int {
        throw .invalidArgument
    }

    // MARK: Waiting

    /// Waits until a watched file has something, and hands out what.
    ///
    /// - Parameters:
    ///   - limit: how many at most, above 0.
    ///   - deadline: nil for ever; one that has passed only looks.
    ///   - emit: gets the events and the program's own eight bytes; if it throws, that entry stays ready.
    /// - Returns: how many; 0 at the deadline.
    /// - Throws: `.interrupted`, and what `emit` throws if that was the first.
    /// - Context: thread; blocks.
    @inline(__always)
    public func wait(
        limit: Int, until deadline: Instant?, _ emit: (Int, PollEvents, UInt64) throws(Errno) -> Void
    ) throws(Errno) -> Int {
        while true {
            if mayBeReady.load(ordering: .acquiring) {
                let count = try collect(limit, emit)
                if count > 0 { return count }
            }
            if try hasPassed(deadline) { return 0 }
        }
    }

    /// Waits for an entry that may be ready. - Returns: whether the deadline came first.
    @inline(never) private func hasPassed(_ deadline: Instant?) throws(Errno) -> Bool {
        if let deadline, Clock.now() >= deadline { return !mayBeReady.load(ordering: .acquiring) }
        do throws(WaitEnd) {
            try sleepers.wait(until: deadline) { self.mayBeReady.load(ordering: .acquiring) }
            return false
        } catch {
            if error == .timedOut { return true }
            throw .interrupted
        }
    }

    /// Asks the files of the entries that may be ready.
    @inline(__always)
    private func collect(
        _ limit: Int, _ emit: (Int, PollEvents, UInt64) throws(Errno) -> Void
    ) throws(Errno) -> Int {
        var count = 0
        var failure: Errno?
        entries.withLock { entries in
            // One that is alone and stays: the usual case of a server, and the list need not be touched.
            if let slot = lone() {
                let (found, flags, data) = entries.slots[Int(slot)].with { (Self.look($0), $0.flags, $0.data) }
                if !found.isEmpty, flags.isDisjoint(with: [.oneShot, .edgeTriggered]) {
                    do throws(Errno) {
                        try emit(0, found, data)
                        count = 1
                    } catch { failure = error }
                    return
                }
            }
            // What is added behind the last one while we look is for the next wait.
            var (slot, last) = takeFirstAndLast()
            while slot != ReadyList.none {
                let (found, data) = entries.slots[Int(slot)].with { (Self.look($0), $0.data) }
                if !found.isEmpty {
                    do throws(Errno) { try emit(count, found, data) } catch {
                        putBack(slot)
                        failure = error
                        return
                    }
                    count += 1
                    entries.slots[Int(slot)].with { settle($0, slot) }
                }
                if slot == last || count == limit { return }
                slot = takeFirst()
            }
        }
        if count == 0, let failure { throw failure }
        // More than one thread may wait, and there may be more than this one took.
        if !sleepers.isSurelyEmpty, mayBeReady.load(ordering: .acquiring) { sleepers.wakeOne() }
        return count
    }

    /// What an entry's file has of what is wanted.
    @inline(__always) static func look(_ entry: EventPollEntry) -> PollEvents {
        entry.file.poll().completed.intersection(entry.wanted)
    }

    /// What becomes of an entry that was handed out.
    @inline(__always) private func settle(_ entry: EventPollEntry, _ slot: UInt32) {
        let flags = entry.flags
        if flags.isDisjoint(with: [.oneShot, .edgeTriggered]) {
            enter(slot)
        } else if flags.contains(.oneShot) {
            entry.wanted = []
        }
    }

    /// Readable while a watched file has something.
    public override func poll() -> PollEvents {
        guard mayBeReady.load(ordering: .acquiring) else { return [] }
        return entries.withLock { entries in
            while true {
                let slot = takeFirst()
                if slot == ReadyList.none { return [] }
                if entries.slots[Int(slot)].with({ Self.look($0) }).isEmpty { continue }
                putBack(slot)
                return .readable
            }
        }
    }

    // MARK: The ready list

    /// An entry's file has changed.
    ///
    /// - Context: the lock of the file's wait queue is held.
    /// - Returns: whether a waiting thread was woken.
    func entryMayBeReady(_ slot: UInt32) -> Bool {
        enter(slot)
        changed.wakeAll(for: .readable)
        return sleepers.wakeOne()
    }

    @inline(__always) private func enter(_ slot: UInt32) {
        ready.withLock { list in
            list.append(slot)
            mayBeReady.store(true, ordering: .releasing)
        }
    }

    /// The only slot that may be ready, if there is just one.
    @inline(__always) private func lone() -> UInt32? {
        ready.withLock { $0.first == $0.last && !$0.isEmpty ? $0.first : nil }
    }

    /// Takes the slot that has waited longest.
    private func takeFirst() -> UInt32 {
        ready.withLock { list in
            let slot = list.removeFirst()
            if list.isEmpty { mayBeReady.store(false, ordering: .releasing) }
            return slot
        }
    }

    /// The same, and the one that came last.
    @inline(__always) private func takeFirstAndLast() -> (UInt32, UInt32) {
        ready.withLock { list in
            let last = list.last
            let slot = list.removeFirst()
            if list.isEmpty { mayBeReady.store(false, ordering: .releasing) }
            return (slot, last)
        }
    }

    /// Back to the front.
    private func putBack(_ slot: UInt32) {
        ready.withLock { list in
            list.prepend(slot)
            mayBeReady.store(true, ordering: .releasing)
        }
    }

    /// A slot leaves the list.
    func forgetReady(_ slot: UInt32) {
        ready.withLock { list in
            list.remove(slot)
            if list.isEmpty { mayBeReady.store(false, ordering: .releasing) }
        }
    }

    /// Makes room for the links of a number of slots.
    func reserveReady(_ count: Int) throws(OutOfMemory) {
        if ready.withLock({ $0.capacity }) >= count { return }
        var room = try ReadyList.Room(for: max(8, count * 2))
        ready.withLock { $0.adopt(&room) }
    }
}
