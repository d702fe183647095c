// SPDX-License-Identifier: Apache-2.0
//
// Frames in blocks of 2^order (Knuth, TAOCP vol. 1 §2.5, "buddy system"). Memory that has never been used is kept as
// plain ranges and taken in chunks when the free lists are empty: only then are descriptors written. A block merges
// with its buddy unless the buddy lies in such untouched memory, whose descriptors say nothing.

/// The allocator of physical frames. Not locked: Frames is.
struct BuddyAllocator {
    static var maximumOrder: Int { 10 }
    /// Untouched memory is taken 256 KiB at a time: a balance of boot cost and calls.
    private static var chunkOrder: Int { 6 }

    private(set) var table = FrameTable()
    private var lists = InlineArray<11, FrameTable.List>(repeating: FrameTable.List())
    private var untouched = InlineArray<16, (start: UInt32, end: UInt32)>(repeating: (0, 0))
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
        untouched[untouchedCount] = (start, end)
        untouchedCount += 1
        freeCount += end - start
        totalCount += end - start
    }

    /// Takes a block of 2^order frames; its descriptor says `.allocated` with one reference.
    mutating func allocate(order: Int) -> UInt32? {
        while true {
            var found = order
            while found <= BuddyAllocator.maximumOrder {
                if !lists[found].isEmpty { return take(order: order, from: found) }
                found += 1
            }
            guard takeChunk(order: max(order, BuddyAllocator.chunkOrder)) else { return nil }
        }
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
            guard buddy < table.count, !isUntouched(buddy), table[buddy].kind == .free, table[buddy].order == order
            else { break }
            table.remove(buddy, from: &lists[order])
            table[buddy].kind = .reserved
            frame = min(frame, buddy)
            order += 1
        }
        putFree(frame, order: order)
    }

    /// Takes frames over one by one that were in use from boot on (an archive, boot page tables).
    mutating func adopt(_ frame: UInt32) {
        totalCount += 1
        free(frame, order: 0)
    }

    /// Counts frames that were in use from boot on and will be freed one by one.
    mutating func countAdopted(_ count: UInt32) { totalCount += count }

    private mutating func putFree(_ frame: UInt32, order: Int) {
        table[frame].kind = .free
        table[frame].order = UInt8(truncatingIfNeeded: order)
        table.push(frame, on: &lists[order])
    }

    private func isUntouched(_ frame: UInt32) -> Bool {
        for i in 0..<untouchedCount where frame >= untouched[i].start && frame < untouched[i].end { return true }
        return false
    }

    /// Turns the start of an untouched range into one free block, at most 2^order frames, naturally aligned.
    private mutating func takeChunk(order wanted: Int) -> Bool {
        for i in 0..<untouchedCount where untouched[i].start < untouched[i].end {
            let (start, end) = untouched[i]
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
