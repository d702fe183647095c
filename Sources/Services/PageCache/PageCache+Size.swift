// SPDX-License-Identifier: Apache-2.0
//
// How a file's size changes, and holes: truncate(2), fallocate(2), lseek(2) SEEK_DATA and SEEK_HOLE.

import Containers
import Events
import Memory

extension PageCache {
    /// Makes the file at least that long; the new part is a hole.
    public func extend(to byteCount: UInt64) {
        state.withLock { if $0.byteCount < byteCount { $0.byteCount = byteCount } }
    }

    /// Sets the size. Pages behind the end leave the file and all mappings, the rest of the last page becomes zero.
    ///
    /// - Context: thread; may block; takes the locks of address spaces that map the file.
    public func resize(to byteCount: UInt64) {
        let endIndex = (byteCount + 4095) >> 12
        var removed: UInt64 = 0
        let isMapped = state.withLock { state -> Bool in
            let old = state.byteCount
            state.byteCount = byteCount
            if byteCount >= old { return false }
            removed = state.pages.removeAll(from: endIndex)
            let tail = Int(byteCount & 4095)
            if tail != 0, let last = state.pages[byteCount >> 12] {
                Frames.zero(last, from: tail, count: pageSize - tail)
            }
            return !state.mappers.isEmpty
        }
        if removed != 0 { budget?.give(removed) }
        if isMapped { tellMappers(endIndex..<PageCache.endOfIndices, copies: true) }
    }

    /// Makes a byte range read as zeros: whole pages become holes, the parts at its ends are cleared. Private copies stay.
    ///
    /// - Throws: `.outOfMemory` if a boot archive's run of frames is cut in two and cannot be; nothing has changed.
    /// - Context: as `resize`.
    public func punchHole(_ range: Range<UInt64>) throws(PageCacheError) {
        let firstWhole = (range.lowerBound + 4095) >> 12
        let endWhole = range.upperBound >> 12
        guard firstWhole <= endWhole else { return state.withLock { PageCache.clear(range, in: &$0) } }
        var removed: UInt64 = 0
        let isMapped: Bool
        do throws(OutOfMemory) {
            isMapped = try state.withLock { (state) throws(OutOfMemory) -> Bool in
                removed = try state.pages.removeAll(in: firstWhole..<endWhole)
                PageCache.clear(range.lowerBound..<firstWhole << 12, in: &state)
                PageCache.clear(endWhole << 12..<range.upperBound, in: &state)
                return !state.mappers.isEmpty
            }
        } catch {
            throw .outOfMemory
        }
        if removed != 0 { budget?.give(removed) }
        if isMapped { tellMappers(firstWhole..<endWhole, copies: false) }
    }

    /// Behind every page that a file can have.
    private static var endOfIndices: UInt64 { 1 << 52 }

    /// Clears a range inside one page, if the page is present.
    private static func clear(_ range: Range<UInt64>, in state: inout State) {
        if range.isEmpty { return }
        guard let frame = state.pages[range.lowerBound >> 12] else { return }
        Frames.zero(frame, from: Int(range.lowerBound & 4095), count: range.count)
    }

    /// The offset of the first data at or behind `offset`; nil if only a hole follows.
    public func firstData(from offset: UInt64) -> UInt64? {
        state.withLock { state in
            guard offset < state.byteCount, let index = state.pages.nextPresent(from: offset >> 12) else { return nil }
            let found = max(offset, index << 12)
            return found < state.byteCount ? found : nil
        }
    }

    /// The offset of the first hole at or behind `offset`; the end of the file is one. Nil if `offset` is behind it.
    public func firstHole(from offset: UInt64) -> UInt64? {
        state.withLock { state in
            if offset >= state.byteCount { return nil }
            let index = state.pages.nextAbsent(from: offset >> 12)
            return min(max(offset, index << 12), state.byteCount)
        }
    }
}
