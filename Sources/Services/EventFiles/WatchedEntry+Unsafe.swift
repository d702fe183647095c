// SPDX-License-Identifier: Apache-2.0
//
// An entry as its slot keeps it, and a poll as a call finds it: without a reference count, because epoll_wait(2) is what a
// server does most, and each count costs two locked instructions.

public import FileSystem

/// A reference to an entry that its poll's table keeps alive: it leaves slots and table under the same lock.
@safe struct WatchedEntry {
    private let reference: Unmanaged<EventPollEntry>

    init(_ entry: EventPollEntry) { unsafe reference = Unmanaged.passUnretained(entry) }

    /// Runs code with the entry.
    ///
    /// - Context: the lock of the poll's entries is held.
    @inline(__always) func with<R>(_ body: (EventPollEntry) -> R) -> R {
        // SAFETY: an entry is in the table, or behind one with its number, for as long as it has a slot.
        unsafe reference._withUnsafeGuaranteedRef(body)
    }
}

extension EventPoll {
    /// Runs code with the poll that an open file is. - Returns: nil if it is none.
    @inline(__always)
    public static func with<R>(_ file: OpenFile, _ body: (EventPoll) -> R) -> R? {
        guard file is EventPoll else { return nil }
        // SAFETY: it is one, and the caller keeps the file.
        return unsafe Unmanaged.passUnretained(unsafeDowncast(file, to: EventPoll.self))._withUnsafeGuaranteedRef(body)
    }
}
