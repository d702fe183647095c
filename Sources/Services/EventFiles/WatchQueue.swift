// SPDX-License-Identifier: Apache-2.0
//
// The watches and waiting events of one inotify instance. Events are kept as the bytes that read(2) gives, so that the
// number of waiting bytes is known (FIONREAD) and an event that repeats the last one is found by comparing. Watches and
// queue refer to each other; the InotifyFile ends the watches when it goes, which breaks the circle.
//
// Source: inotify(7), "Reading events from an inotify file descriptor", "Further notes".

import Containers
import Events
import FileSystem
import LinuxABI

/// Watches and events of an inotify instance.
///
/// Lock order: a directory's → the queue's; nothing is locked below.
final class WatchQueue: InodeWatcher {
    private struct State: ~Copyable {
        var bytes = UniqueArray<UInt8>()
        /// Bytes before it have been read.
        var head = 0
        /// Where the last event begins.
        var last = 0
        var eventCount = 0
        var watches = UniqueArray<FileWatch>()
        var lastNumber: Int32 = 0
        var isClosed = false
    }

    /// Events that wait at most (fs.inotify.max_queued_events).
    static var eventLimit: Int { 16384 }
    /// Watches of one instance at most (fs.inotify.max_user_watches).
    static var watchLimit: Int { 65536 }

    private let state = BlockingMutex(State(), .watchQueue)
    let changed = WaitQueue()

    // MARK: Watches

    /// Watches an inode, or changes what is watched of it.
    ///
    /// - Returns: the watch's number.
    /// - Throws: `.fileExists` with `IN_MASK_CREATE`, `.noSpace`, `.noMemory`.
    func watch(_ inode: Inode, _ mask: FileEvents) throws(Errno) -> Int32 {
        let wanted = mask.intersection(FileEvents.all.union([.oneShot, .excludeUnlinked]))
        // A new watch begins outside the lock: an inode's list is not locked below the queue.
        let (watch, isNew) = try state.withLock { (state) throws(Errno) -> (FileWatch, Bool) in
            for index in 0..<state.watches.count where state.watches[index].inode === inode {
                if mask.contains(.maskCreate) { throw .fileExists }
                let old = state.watches[index]
                old.events = mask.contains(.maskAdd) ? old.events.union(wanted) : wanted
                return (old, false)
            }
            if state.watches.count >= Self.watchLimit { throw .noSpace }
            state.lastNumber = state.lastNumber == .max ? 1 : state.lastNumber + 1
            let new = FileWatch(inode, number: state.lastNumber, self, wanted)
            do throws(OutOfMemory) { try state.watches.append(new) } catch { throw .noMemory }
            return (new, true)
        }
        if isNew {
            do throws(Errno) { try watch.begin() } catch {
                _ = take(watch)
                throw error
            }
        }
        return watch.number
    }

    /// Ends a watch by its number.
    ///
    /// - Throws: `.invalidArgument` if there is none.
    func unwatch(_ number: Int32) throws(Errno) {
        let watch = state.withLock { state -> FileWatch? in
            for index in 0..<state.watches.count where state.watches[index].number == number {
                return state.watches[index]
            }
            return nil
        }
        guard let watch, take(watch) else { throw .invalidArgument }
        watch.end()
        add(watch.number, .ignored)
    }

    /// Ends all watches, for good.
    func close() {
        while let watch = state.withLock({ state -> FileWatch? in
            state.isClosed = true
            return state.watches.isEmpty ? nil : state.watches.removeLast()
        }) {
            watch.end()
        }
    }

    private func take(_ watch: FileWatch) -> Bool {
        state.withLock { state in
            for index in 0..<state.watches.count where state.watches[index] === watch {
                state.watches.remove(at: index)
                return true
            }
            return false
        }
    }

    // MARK: Events come

    func notice(_ events: FileEvents, _ name: Span<UInt8>, cookie: UInt32, of watch: FileWatch) {
        let isOneShot = watch.events.contains(.oneShot)
        // Whoever takes a one-shot watch out reports its event; nobody else does.
        if isOneShot, !take(watch) { return }
        add(watch.number, events, cookie, name)
        if isOneShot {
            watch.end()
            add(watch.number, .ignored)
        }
    }

    func watchEnded(_ watch: FileWatch) {
        if take(watch) { add(watch.number, .ignored) }
    }

    private func add(_ number: Int32, _ events: FileEvents) {
        let none = InlineArray<0, UInt8>(repeating: 0)
        add(number, events, 0, none.span)
    }

    private func add(_ number: Int32, _ events: FileEvents, _ cookie: UInt32, _ name: Span<UInt8>) {
        state.withLock { state in
            if state.isClosed { return }
            if state.eventCount >= Self.eventLimit {
                if state.eventCount == Self.eventLimit {
                    Self.append(&state, -1, .queueOverflow, 0, name.extracting(first: 0))
                }
                return
            }
            Self.append(&state, number, events, cookie, name)
        }
        changed.wakeAll()
    }

    /// Adds an event unless it repeats the last one; without memory it is lost, as on Linux, and an overflow tells so.
    private static func append(
        _ state: inout State, _ number: Int32, _ events: FileEvents, _ cookie: UInt32, _ name: Span<UInt8>
    ) {
        let padded = name.isEmpty ? 0 : (name.count + 16) / 16 * 16
        let start = state.bytes.count
        do throws(OutOfMemory) { try state.bytes.reserve(16 + padded) } catch { return }
        Self.append(&state.bytes, UInt32(bitPattern: number))
        Self.append(&state.bytes, events.rawValue)
        Self.append(&state.bytes, cookie)
        Self.append(&state.bytes, UInt32(padded))
        for index in 0..<padded { state.bytes.appendReserved(index < name.count ? name[index] : 0) }
        if state.eventCount > 0, repeatsLast(state, start) {
            state.bytes.truncate(toCount: start)
            return
        }
        state.last = start
        state.eventCount += 1
    }

    private static func append(_ bytes: inout UniqueArray<UInt8>, _ word: UInt32) {
        for shift in 0..<4 { bytes.appendReserved(UInt8(truncatingIfNeeded: word >> UInt32(shift * 8))) }
    }

    private static func repeatsLast(_ state: borrowing State, _ start: Int) -> Bool {
        let count = state.bytes.count - start
        guard start - state.last == count else { return false }
        for index in 0..<count where state.bytes[state.last + index] != state.bytes[start + index] { return false }
        return true
    }

    // MARK: Events go

    /// Bytes that wait.
    var byteCount: Int { state.withLock { $0.bytes.count - $0.head } }

    /// Takes as many whole events as there is room for.
    ///
    /// - Parameter put: takes the bytes; if it throws, nothing has been taken.
    /// - Returns: how many bytes; 0 if there is no event.
    /// - Throws: `.invalidArgument` if there is no room for the first, and what `put` throws.
    func take(_ room: Int, _ put: (Span<UInt8>) throws(Errno) -> Void) throws(Errno) -> Int {
        try state.withLock { (state) throws(Errno) in
            let (end, events) = Self.whole(state, room)
            if end == state.head {
                if end < state.bytes.count { throw .invalidArgument }
                return 0
            }
            let count = end - state.head
            try put(state.bytes.span.extracting(state.head..<end))
            state.head = end
            state.eventCount -= events
            Self.compact(&state)
            return count
        }
    }

    /// The end of the events that fit, and how many they are.
    private static func whole(_ state: borrowing State, _ room: Int) -> (end: Int, count: Int) {
        var end = state.head, count = 0
        while end < state.bytes.count {
            var padded = 0
            for index in 0..<4 { padded |= Int(state.bytes[end + 12 + index]) << (index * 8) }
            if end + 16 + padded - state.head > room { break }
            end += 16 + padded
            count += 1
        }
        return (end, count)
    }

    /// Drops what has been read, when it is much or all.
    private static func compact(_ state: inout State) {
        if state.head == state.bytes.count {
            state.bytes = UniqueArray()
        } else if state.head > 65536 {
            // Without memory it stays, and is dropped when all has been read.
            guard let rest = try? UniqueArray(copying: state.bytes.span.extracting(state.head..<state.bytes.count))
            else {
                return
            }
            state.last -= state.head
            state.bytes = rest
        } else {
            return
        }
        state.head = 0
    }
}
