// SPDX-License-Identifier: Apache-2.0
//
// Waiting for several open files at once: what poll(2) and select(2) share. A waiter enters the queue of each file
// before the files are asked, so a change in between ends the wait.

internal import Containers
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Scheduler
internal import Time

/// One file that is waited for.
struct PollEntry {
    /// The file; nil if the descriptor is not open, or is to be skipped.
    let file: OpenFile?
    /// What is wanted.
    let wanted: PollEvents
    /// What is there.
    var found: PollEvents = []
}

/// The files of one poll(2) or select(2).
struct PollSet: ~Copyable {
    private(set) var entries: UniqueArray<PollEntry>
    /// How many entries have something.
    private(set) var readyCount = 0

    init(capacity: Int) throws(Errno) {
        entries = try allocating { () throws(OutOfMemory) in try UniqueArray(capacity: capacity) }
    }

    /// Adds a file. - Precondition: there is room.
    mutating func add(_ file: OpenFile?, _ wanted: PollEvents) {
        entries.appendReserved(PollEntry(file: file, wanted: wanted))
    }

    /// Adds a descriptor that is not open. - Precondition: there is room.
    mutating func addInvalid() {
        entries.appendReserved(PollEntry(file: nil, wanted: .invalid, found: .invalid))
    }

    /// Waits until a file is ready or the deadline has passed.
    ///
    /// - Parameter deadline: nil for ever.
    /// - Throws: `WaitEnd` for a signal or the thread's end, never `.timedOut`.
    mutating func wait(until deadline: Instant?) throws(WaitEnd) {
        ask()
        if readyCount > 0 { return }
        if let deadline, Clock.now() >= deadline { return }
        let thread = CurrentThread.thread
        let timeout: Timeout?
        var waiters = UniqueArray<(WaitQueue, Waiter)>()
        do throws(OutOfMemory) { try waiters.reserve(entries.count) } catch { throw .timedOut }
        for index in 0..<entries.count {
            if let queue = entries[index].file?.waitQueue { waiters.appendReserved((queue, Waiter(thread))) }
        }
        timeout = try deadline.map { instant throws(WaitEnd) in try Timeout(thread, at: instant) }
        defer {
            for index in 0..<waiters.count { waiters[index].0.remove(waiters[index].1) }
            timeout?.cancel()
        }
        while true {
            for index in 0..<waiters.count { waiters[index].0.add(waiters[index].1) }
            ask()
            if readyCount > 0 { return }
            try WaitQueue.checkInterruptions(thread)
            if let deadline, Clock.now() >= deadline { return }
            // Asking a file may wait for a lock, and such a wait swallows a wake-up: then ask again.
            if Self.areAllQueued(waiters) { CurrentThread.scheduler.park() }
        }
    }

    private static func areAllQueued(_ waiters: borrowing UniqueArray<(WaitQueue, Waiter)>) -> Bool {
        for index in 0..<waiters.count where !waiters[index].0.contains(waiters[index].1) { return false }
        return true
    }

    /// Asks every file what is there.
    private mutating func ask() {
        readyCount = 0
        for index in 0..<entries.count {
            if let file = entries[index].file {
                entries[index].found = file.poll().completed.intersection(entries[index].wanted)
            }
            if !entries[index].found.isEmpty { readyCount += 1 }
        }
    }
}
