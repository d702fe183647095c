// SPDX-License-Identifier: Apache-2.0
//
// One thing that an event poll watches: an open file under a descriptor's number, what is wanted of it, and its slot
// in the list of those that may be ready. It observes the file's wait queue for as long as it is there.

import Events
import FileSystem
import LinuxABI
import Synchronization

/// One registration of epoll_ctl(2).
final class EventPollEntry: WaitObserver, OpenFileWatcher, @unchecked Sendable {
    /// The poll that it belongs to. The two hold each other until the entry leaves, with the poll's last descriptor at the
    /// latest.
    let poll: EventPoll
    /// What is watched.
    let file: OpenFile
    /// Under which number it was added.
    let number: Int32
    /// Where the file's changes are told.
    let queue: WaitQueue

    /// Observers read it without a lock.
    private let wantedBits: Atomic<UInt32>

    // SAFETY: set once, before anybody else sees the entry.
    nonisolated(unsafe) private var storedSlot = ReadyList.none
    // SAFETY: (these) guarded by the poll's entry lock.
    nonisolated(unsafe) private var storedData: UInt64
    nonisolated(unsafe) private var storedFlags: EpollFlags
    nonisolated(unsafe) private var storedSameNumber: EventPollEntry?
    nonisolated(unsafe) private var storedHasLeft = false
    // SAFETY: guarded by the lock of the file's list.
    nonisolated(unsafe) private var storedNextWatcher: (any OpenFileWatcher)?

    init(
        _ poll: EventPoll, _ file: OpenFile, _ number: Int32, _ queue: WaitQueue, _ wanted: PollEvents,
        _ flags: EpollFlags, data: UInt64
    ) {
        self.poll = poll
        self.file = file
        self.number = number
        self.queue = queue
        unsafe storedData = data
        unsafe storedFlags = flags
        wantedBits = Atomic(wanted.rawValue)
        super.init(flags.contains(.exclusive) ? .exclusive : .shared)
    }

    /// Its slot in the poll.
    var slot: UInt32 {
        get { unsafe storedSlot }
        set { unsafe storedSlot = newValue }
    }
    /// The program's own eight bytes.
    var data: UInt64 {
        get { unsafe storedData }
        set { unsafe storedData = newValue }
    }
    /// How it reports.
    var flags: EpollFlags {
        get { unsafe storedFlags }
        set { unsafe storedFlags = newValue }
    }
    /// What it reports; nothing while a one-shot entry has fired.
    var wanted: PollEvents {
        get { PollEvents(rawValue: wantedBits.load(ordering: .relaxed)) }
        set { wantedBits.store(newValue.rawValue, ordering: .relaxed) }
    }
    /// Another entry with the same number: of a file that the number meant once.
    var sameNumber: EventPollEntry? {
        get { unsafe storedSameNumber }
        set { unsafe storedSameNumber = newValue }
    }
    /// Whether the poll has it no longer.
    var hasLeft: Bool {
        get { unsafe storedHasLeft }
        set { unsafe storedHasLeft = newValue }
    }
    var nextWatcher: (any OpenFileWatcher)? {
        get { unsafe storedNextWatcher }
        set { unsafe storedNextWatcher = newValue }
    }

    override func waitQueueChanged(_ events: PollEvents) -> Bool {
        if events.completed.isDisjoint(with: wanted) { return false }
        return poll.entryMayBeReady(slot)
    }

    func watchedFileEnded() { poll.fileEnded(self) }
}
