// SPDX-License-Identifier: Apache-2.0
//
// The pages of one file: what read(2), write(2) and mappings share, so that they always agree. A page that is handed
// out carries a reference of its own and outlives truncation; the file's size lives here too, since it decides which
// pages there are. The file's contents behind the size are not kept, and the rest of the last page is zero.
// Which file system the pages are for, and where they would be written back to, is not known here.

import Containers
import Events
public import Memory

/// Why a page could not be had.
public enum PageCacheError: Error, Equatable, Sendable {
    /// There is no memory.
    case outOfMemory
    /// The file system's budget is used up.
    case noSpace
}

/// Frames of the boot archive that are a file's contents already.
public struct SeedExtent: Sendable {
    /// The frame of the first page.
    public var first: FrameNumber
    /// The file's size; the last frame is zero behind it.
    public var byteCount: UInt64

    /// Describes an extent.
    ///
    /// - Precondition: every frame holds one reference, which the cache takes over.
    public init(first: FrameNumber, byteCount: UInt64) {
        self.first = first
        self.byteCount = byteCount
    }

    /// How many frames it has.
    public var pageCount: UInt64 { (byteCount + 4095) >> 12 }
}

/// The cached pages and the size of one file.
///
/// Lock order: this lock is a leaf but for `PageBudget`; it is never held while a program's memory is touched, nor while
/// its mappers are told of something.
public final class PageCache: Sendable {
    struct State: ~Copyable {
        var pages: CachedPages
        var byteCount: UInt64
        var mappers = Mappers()
    }

    let state: BlockingMutex<State>
    let budget: PageBudget?

    /// What a page lookup finds.
    public enum Page: Sendable {
        /// Nothing: the page is behind the end of the file.
        case beyondEnd
        /// A hole, which reads as zeros.
        case hole
        /// A frame, with a reference that the caller releases.
        case frame(FrameNumber)
    }

    /// Creates the cache of an empty file.
    public init(budget: PageBudget? = nil) {
        state = BlockingMutex(State(pages: CachedPages(), byteCount: 0), .pages)
        self.budget = budget
    }

    /// Creates the cache of a file whose pages are in memory already.
    public init(seed: SeedExtent, budget: PageBudget? = nil) {
        state = BlockingMutex(
            State(pages: CachedPages(seed: seed.first, count: seed.pageCount), byteCount: seed.byteCount), .pages)
        self.budget = budget
        budget?.force(seed.pageCount)
    }

    deinit {
        let removed = state.withLock { $0.pages.removeAll(from: 0) }
        budget?.give(removed)
    }

    /// Gives an empty file its contents from the boot archive, whose pages the budget counts already.
    ///
    /// - Precondition: no page is present.
    public func install(_ seed: SeedExtent) {
        state.withLock { state in
            precondition(state.pages.count == 0)
            state.pages = CachedPages(seed: seed.first, count: seed.pageCount)
            state.byteCount = seed.byteCount
        }
    }

    /// The size of the file.
    public var byteCount: UInt64 { state.withLock { $0.byteCount } }

    /// How many pages are present.
    public var pageCount: UInt64 { state.withLock { $0.pages.count } }

    /// The size and the number of pages at one moment.
    public var sizes: (byteCount: UInt64, pageCount: UInt64) { state.withLock { ($0.byteCount, $0.pages.count) } }

    /// Looks a page up for reading at a byte offset.
    ///
    /// - Returns: the page, and how many bytes of the file there are from `offset` to the end of that page.
    public func page(forReadingAt offset: UInt64) -> (page: Page, byteCount: Int) {
        state.withLock { state in
            if offset >= state.byteCount { return (.beyondEnd, 0) }
            let count = min(state.byteCount - offset, 4096 - offset & 4095)
            guard let frame = state.pages[offset >> 12] else { return (.hole, Int(truncatingIfNeeded: count)) }
            Frames.share(frame)
            return (.frame(frame), Int(truncatingIfNeeded: count))
        }
    }

    /// The frame of a page if it is present and not behind the end, with a reference that the caller releases.
    public func lookup(_ index: UInt64) -> FrameNumber? {
        state.withLock { state in
            guard index << 12 < state.byteCount, let frame = state.pages[index] else { return nil }
            Frames.share(frame)
            return frame
        }
    }

    /// The frame of a page, made of zeros if it is a hole, with a reference that the caller releases.
    ///
    /// - Throws: `PageCacheError`; nothing has changed then.
    public func getOrAllocate(_ index: UInt64) throws(PageCacheError) -> FrameNumber {
        try state.withLock { (state) throws(PageCacheError) in try getOrAllocate(index, in: &state) }
    }

    /// The page that a fault needs: as `getOrAllocate`, but only inside the file.
    ///
    /// - Returns: nil if the page is behind the end of the file; the program gets SIGBUS.
    public func frame(forMappingPage index: UInt64) throws(PageCacheError) -> FrameNumber? {
        try state.withLock { (state) throws(PageCacheError) in
            if index << 12 >= state.byteCount { return nil }
            return try getOrAllocate(index, in: &state)
        }
    }

    /// Adds a frame as the file's last page, with its reference, for contents that do not come from a file.
    ///
    /// - Throws: `PageCacheError`; the frame's reference is released.
    public func adopt(_ frame: FrameNumber) throws(PageCacheError) {
        try state.withLock { (state) throws(PageCacheError) in
            let index = (state.byteCount + 4095) >> 12
            Frames.release(try insert(frame, at: index, into: &state))
            state.byteCount = (index + 1) << 12
        }
    }

    private func getOrAllocate(_ index: UInt64, in state: inout State) throws(PageCacheError) -> FrameNumber {
        if let frame = state.pages[index] {
            Frames.share(frame)
            return frame
        }
        let frame: FrameNumber
        do throws(OutOfMemory) {
            frame = try Frames.allocate()
        } catch {
            throw .outOfMemory
        }
        return try insert(frame, at: index, into: &state)
    }

    /// Puts a frame into the tree and the budget; returns it with a second reference, the caller's.
    private func insert(
        _ frame: FrameNumber, at index: UInt64, into state: inout State
    ) throws(PageCacheError) -> FrameNumber {
        if let budget, !budget.take(1) {
            Frames.release(frame)
            throw .noSpace
        }
        do throws(OutOfMemory) {
            try state.pages.insert(frame, at: index)
        } catch {
            budget?.give(1)
            Frames.release(frame)
            throw .outOfMemory
        }
        Frames.share(frame)
        return frame
    }
}
