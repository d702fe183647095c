// SPDX-License-Identifier: Apache-2.0
//
// How many pages a file system may hold: what makes tmpfs answer "no space" before it has eaten all memory. Linux leaves
// it there, and several file systems of half the memory each end in its out-of-memory killer; here files that are only in
// memory are all there is, and a program that is killed loses them. So no file takes the last sixteenth either, which
// programs and the kernel need to go on.

import Events
import Memory

/// A count of pages shared by the files of one file system.
public final class PageBudget: Sendable {
    private struct State {
        var used: UInt64 = 0
        var limit: UInt64
    }

    private let state: BlockingMutex<State>

    /// Creates a budget.
    ///
    /// - Parameter limit: in pages.
    public init(limit: UInt64) {
        state = BlockingMutex(State(limit: limit))
    }

    /// Pages in use, and the most there may be.
    public var figures: (used: UInt64, limit: UInt64) {
        state.withLock { ($0.used, $0.limit) }
    }

    /// Sets another limit; pages beyond it stay until they are given back.
    public func setLimit(_ limit: UInt64) {
        state.withLock { $0.limit = limit }
    }

    /// Free memory that files leave to programs and the kernel, in bytes: a sixteenth, at most 16 MiB.
    static var untouched: UInt64 { min(Frames.totalBytes / 16, 16 << 20) }

    /// Takes `count` pages if the limit and the memory allow, and tells whether it did.
    func take(_ count: UInt64) -> Bool {
        if Frames.freeBytes < PageBudget.untouched { return false }
        return state.withLock { state in
            if state.used >= state.limit || state.limit - state.used < count { return false }
            state.used += count
            return true
        }
    }

    /// Counts pages that are there whatever the limit says: those of the boot archive.
    public func force(_ count: UInt64) {
        state.withLock { $0.used += count }
    }

    /// Gives `count` pages back.
    func give(_ count: UInt64) {
        state.withLock { $0.used -= count }
    }
}
