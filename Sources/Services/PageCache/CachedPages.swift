// SPDX-License-Identifier: Apache-2.0
//
// The pages of one file without a lock: a sparse tree of frames over a seed, the run of frames that the boot archive
// left in memory. PageCache adds the lock, the size and the budget.
//
//     pages  0 ─────────── seedCount ──────────────────────────────
//            seed frames,            tree: page index → frame
//            used in place

import Containers
import Memory

/// The frames of a file by page index. Each holds one reference of the cache, which empties this before it goes: a
/// deinit of its own would have to be visible wherever Embedded Swift makes a copy of the cache's code.
struct CachedPages: ~Copyable {
    private var tree = RadixTree()
    private var seedStart = FrameNumber(0)
    private var seedCount: UInt64 = 0

    init() {}

    init(seed first: FrameNumber, count: UInt64) {
        seedStart = first
        seedCount = count
    }

    /// How many pages are present.
    var count: UInt64 { seedCount + UInt64(tree.count) }

    /// The frame of a page.
    @inline(__always)
    subscript(index: UInt64) -> FrameNumber? {
        if index < seedCount { return seedStart.advanced(by: Int(index)) }
        guard let frame = tree[index] else { return nil }
        return FrameNumber(frame)
    }

    /// Adds a page that is absent; its reference goes to the cache.
    mutating func insert(_ frame: FrameNumber, at index: UInt64) throws(OutOfMemory) {
        try tree.set(index, to: frame.rawValue)
    }

    /// The first present page at or behind `index`, and the first absent one, for SEEK_DATA and SEEK_HOLE.
    func nextPresent(from index: UInt64) -> UInt64? {
        index < seedCount ? index : tree.next(from: index)?.index
    }

    func nextAbsent(from index: UInt64) -> UInt64 {
        var index = max(index, seedCount)
        while tree[index] != nil { index += 1 }
        return index
    }

    /// Drops the pages from `index` on and returns how many there were.
    mutating func removeAll(from index: UInt64) -> UInt64 {
        var removed: UInt64 = 0
        while seedCount > index {
            seedCount -= 1
            Frames.release(seedStart.advanced(by: Int(seedCount)))
            removed += 1
        }
        tree.removeAll(in: index..<UInt64(1 << 60)) { element in
            Frames.release(FrameNumber(element.value))
            removed += 1
        }
        return removed
    }

    /// Drops the pages of a range and returns how many there were.
    ///
    /// - Throws: `OutOfMemory` if the range cuts the seed in two and the tree cannot take its rest; nothing has
    ///   changed.
    mutating func removeAll(in range: Range<UInt64>) throws(OutOfMemory) -> UInt64 {
        if range.lowerBound < seedCount { try moveSeed(from: range.lowerBound) }
        var removed: UInt64 = 0
        tree.removeAll(in: range) { element in
            Frames.release(FrameNumber(element.value))
            removed += 1
        }
        return removed
    }

    /// Moves the seed's frames from `start` on into the tree.
    private mutating func moveSeed(from start: UInt64) throws(OutOfMemory) {
        var index = start
        do throws(OutOfMemory) {
            while index < seedCount {
                try tree.set(index, to: seedStart.advanced(by: Int(index)).rawValue)
                index += 1
            }
        } catch {
            while index > start {
                index -= 1
                tree.remove(index)
            }
            throw error
        }
        seedCount = start
    }
}
