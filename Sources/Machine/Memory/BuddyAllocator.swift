// SPDX-License-Identifier: Apache-2.0
//
// Frames in blocks of 2^order (Knuth, TAOCP vol. 1 §2.5, "buddy system"). Memory that has never been used is kept as
// plain ranges and taken in chunks when the free lists are empty: only then are descriptors written. A block merges
// with its buddy unless the buddy's descriptor was never written: such memory, and what is in no range, says nothing.
// Single frames come and go by way of a FrameCache.

/// The allocator of physical frames. Not locked: Frames is.
struct BuddyAllocator {
    static var maximumOrder: Int { 10 }
    /// Untouched memory is taken 256 KiB at a time: a balance of boot cost and calls.
    private static var chunkOrder: Int { 6 }

    private(set) var table = FrameTable()
    private var lists = InlineArray<11, FrameTable.List>(repeating: FrameTable.List())
    private var untouched = InlineArray<16, (first: UInt32, start: UInt32, end: UInt32)>(
        repeating: (0, 0, 0))
    private var untouchedCount = 0
    /// Frames that can still be had.
    private(set) var freeCount: UInt32 = 0
    /// Frames that were ever given to the allocator.
    private(set) var totalCount: UInt32 = 0

    init() {}

    mutating func use(_ table: FrameTable) { self.table = table }

    /// Gives the allocator a range that was never used.
    ///
    /// A machine with more ranges than there is room for loses the last ones; firmware maps have fewer than ten.
    mutating func add(untouched start: UInt32, to end: UInt32) {
        guard start < end, untouchedCount < untouched.count else { return }
        untouched[untouchedCount] = (start, start, end)
        untouchedCount += 1
        freeCount += end - start
        totalCount += end - start
    }

    /// Takes a block of 2^order frames; its descriptor says `.allocated` with one reference.
    mutating func allocate(order: Int) -> UInt32? {
        while true {
            if let found = smallestBlock(atLeast: order) { return take(order: order, from: found) }
            guard takeChunk(order: max(order, BuddyAllocator.chunkOrder)) else { return nil }
        }
    }

    /// Takes up to `limit` frames (a power of two) that lie side by side: what a block of the smallest order there is has.
    mutating func allocateSome(atMost limit: UInt32) -> (first: UInt32, count: UInt32)? {
        while true {
            if let found = smallestBlock(atLeast: 0) {
                let order = min(found, limit.trailingZeroBitCount)
                return (take(order: order, from: found), 1 << UInt32(order))
            }
            guard takeChunk(order: BuddyAllocator.chunkOrder) else { return nil }
        }
    }

    private func smallestBlock(atLeast order: Int) -> Int? {
        var found = order
        while found <= BuddyAllocator.maximumOrder {
            if !lists[found].isEmpty { return found }
            found += 1
        }
        return nil
    }

    private mutating func take(order: Int, from found: Int) -> UInt32 {
        let frame = lists[found].head
        table.remove(frame, from: &lists[found])
        var level = found
        while level > order {
            level -= 1
            putFree(frame + (1 << UInt32(level)), order: level)
        }
        table[frame].kind = .allocated
        table[frame].order = UInt8(truncatingIfNeeded: order)
        table[frame].references = 1
        freeCount -= 1 << UInt32(order)
        return frame
    }

    /// Gives a block back, merging it with its buddies.
    mutating func free(_ block: UInt32, order freed: Int) {
        var frame = block
        var order = freed
        freeCount += 1 << UInt32(order)
        while order < BuddyAllocator.maximumOrder {
            let buddy = frame ^ (1 << UInt32(order))
            guard isKnown(buddy), table[buddy].kind == .free, table[buddy].order == order
            else { break }
            table.remove(buddy, from: &lists[order])
            table[buddy].kind = .reserved
            frame = min(frame, buddy)
            order += 1
        }
        putFree(frame, order: order)
    }

    /// Counts frames that were in use from boot on and will be freed one by one.
    mutating func countAdopted(_ count: UInt32) { totalCount += count }

    private mutating func putFree(_ frame: UInt32, order: Int) {
        table[frame].kind = .free
        table[frame].order = UInt8(truncatingIfNeeded: order)
        table.push(frame, on: &lists[order])
    }

    /// Whether a frame's descriptor was ever written: it lies in the part of a range that chunks were taken from. Other
    /// descriptors are whatever was in memory, those of frames that are nobody's to give included.
    private mutating func isKnown(_ frame: UInt32) -> Bool {
        let count = untouchedCount
        // In place: a loop over the array itself, or its span, would copy it.
        return withUnsafeBytes(of: &untouched) { bytes in
            // SAFETY: the array's elements are all there is in it, and `count` of them are ranges.
            let ranges = bytes.bindMemory(to: (first: UInt32, start: UInt32, end: UInt32).self)
            for i in 0..<count where frame >= ranges[i].first && frame < ranges[i].start { return true }
            return false
        }
    }

    /// Turns the start of an untouched range into one free block, at most 2^order frames, naturally aligned.
    private mutating func takeChunk(order wanted: Int) -> Bool {
        for i in 0..<untouchedCount where untouched[i].start < untouched[i].end {
            let (_, start, end) = untouched[i]
            var order = min(wanted, BuddyAllocator.maximumOrder, start == 0 ? 31 : start.trailingZeroBitCount)
            while start + (1 << UInt32(order)) > end { order -= 1 }
            untouched[i].start = start + (1 << UInt32(order))
            for frame in start..<untouched[i].start { table[frame] = FrameDescriptor(.reserved) }
            let before = freeCount
            free(start, order: order)
            freeCount = before  // they were counted when the range was added
            return true
        }
        return false
    }
}
