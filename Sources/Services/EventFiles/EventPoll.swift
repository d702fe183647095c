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
        /// No descriptor is left: nothing is added any more.
        var isClosed = false
    }

    struct ReadyList: ~Copyable {
        var first: EventPollEntry?
        var last: EventPollEntry?
    }

    let entries = BlockingMutex(Entries())
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
        entries.withLock { _ in
            // What is added behind the last one while we look is for the next wait.
            guard let (first, last) = takeFirstAndLast() else { return }
            var next: EventPollEntry? = first
            while count < limit, let entry = next ?? takeReady() {
                next = nil
                let isLast = entry === last
                let found = entry.file.poll().completed.intersection(entry.wanted)
                if !found.isEmpty {
                    do throws(Errno) { try emit(count, found, entry.data) } catch {
                        putBack(entry)
                        failure = error
                        return
                    }
                    count += 1
                    settle(entry)
                }
                if isLast { return }
            }
        }
        if count == 0, let failure { throw failure }
        // More than one thread may wait, and there may be more than this one took.
        if mayBeReady.load(ordering: .acquiring) { sleepers.wakeOne() }
        return count
    }

    /// What becomes of an entry that was handed out.
    @inline(__always) private func settle(_ entry: EventPollEntry) {
        if entry.flags.contains(.oneShot) {
            entry.wanted = []
        } else if !entry.flags.contains(.edgeTriggered) {
            ready.withLock { append(entry, to: &$0) }
        }
    }

    /// Readable while a watched file has something.
    public override func poll() -> PollEvents {
        guard mayBeReady.load(ordering: .acquiring) else { return [] }
        return entries.withLock { _ in
            while let entry = takeReady() {
                if !entry.file.poll().completed.isDisjoint(with: entry.wanted) {
                    putBack(entry)
                    return .readable
                }
            }
            return []
        }
    }

    // MARK: The ready list

    /// An entry's file has changed.
    ///
    /// - Context: the lock of the file's wait queue is held.
    /// - Returns: whether a waiting thread was woken.
    func entryMayBeReady(_ entry: EventPollEntry) -> Bool {
        ready.withLock { append(entry, to: &$0) }
        changed.wakeAll(for: .readable)
        return sleepers.wakeOne()
    }

    @inline(__always) private func append(_ entry: EventPollEntry, to list: inout ReadyList) {
        guard !entry.isReady else { return }
        entry.isReady = true
        entry.previousReady = list.last
        entry.nextReady = nil
        if let last = list.last { last.nextReady = entry } else { list.first = entry }
        list.last = entry
        mayBeReady.store(true, ordering: .releasing)
    }

    /// The entry that has waited longest.
    private func takeReady() -> EventPollEntry? {
        ready.withLock { list in
            guard let entry = list.first else { return nil }
            unlink(entry, from: &list)
            return entry
        }
    }

    /// The same, and the one that has waited shortest.
    @inline(__always) private func takeFirstAndLast() -> (EventPollEntry, EventPollEntry)? {
        ready.withLock { list in
            guard let first = list.first, let last = list.last else { return nil }
            unlink(first, from: &list)
            return (first, last)
        }
    }

    /// Back to the front.
    private func putBack(_ entry: EventPollEntry) {
        ready.withLock { list in
            guard !entry.isReady else { return }
            entry.isReady = true
            entry.previousReady = nil
            entry.nextReady = list.first
            if let first = list.first { first.previousReady = entry } else { list.last = entry }
            list.first = entry
            mayBeReady.store(true, ordering: .releasing)
        }
    }

    private func unlink(_ entry: EventPollEntry, from list: inout ReadyList) {
        if let previous = entry.previousReady {
            previous.nextReady = entry.nextReady
        } else {
            list.first = entry.nextReady
        }
        if let next = entry.nextReady {
            next.previousReady = entry.previousReady
        } else {
            list.last = entry.previousReady
        }
        entry.nextReady = nil
        entry.previousReady = nil
        entry.isReady = false
        if list.first == nil { mayBeReady.store(false, ordering: .releasing) }
    }

    /// An entry leaves the list.
    func forgetReady(_ entry: EventPollEntry) {
        ready.withLock { if entry.isReady { unlink(entry, from: &$0) } }
    }
}
