// SPDX-License-Identifier: Apache-2.0
//
// A small set of physical ranges: what is left of the firmware's memory map after everything in use is cut out of it.
// Fixed capacity, because there is no heap yet.

internal import Memory

/// Disjoint ranges of whole frames.
struct FreeRanges {
    private var ranges = InlineArray<16, (start: UInt64, end: UInt64)>(repeating: (0, 0))
    private(set) var count = 0

    init() {}

    subscript(index: Int) -> (start: UInt64, end: UInt64) { ranges[index] }

    /// Adds a range, rounded inwards to frames.
    mutating func add(start: UInt64, end: UInt64) {
        let first = (start + 4095) & ~4095
        let last = end & ~4095
        guard first < last, count < ranges.count else { return }
        ranges[count] = (first, last)
        count += 1
    }

    /// Cuts a range out, rounded outwards to frames.
    mutating func remove(start: UInt64, end: UInt64) {
        let first = start & ~4095
        let last = (end + 4095) & ~4095
        for i in 0..<count {
            let range = ranges[i]
            if last <= range.start || first >= range.end { continue }
            ranges[i] = (range.start, max(range.start, first))
            if last < range.end {
                if ranges[i].start == ranges[i].end {
                    ranges[i] = (last, range.end)
                } else if count < ranges.count {
                    ranges[count] = (last, range.end)
                    count += 1
                }
            }
        }
    }

    /// Sorts so that the highest memory is used first: low memory still holds what the loader left there.
    mutating func orderByDescendingStart() {
        for i in 1..<max(1, count) {
            var j = i
            while j > 0, ranges[j].start > ranges[j - 1].start {
                ranges.swapAt(j, j - 1)
                j -= 1
            }
        }
    }

    /// Opens the allocator with these ranges.
    func open(directMapBase: UInt) -> Bool {
        var highest: UInt64 = 0
        for i in 0..<count { highest = max(highest, ranges[i].end) }
        highest = max(highest, (Platform.archiveStart.rawValue + UInt64(Platform.archiveByteCount) + 4095) & ~4095)
        return BootMemory.start(
            directMapBase: directMapBase, highest: PhysicalAddress(highest).frame, count: count
        ) { index in
            BootMemory.Range(
                start: PhysicalAddress(ranges[index].start).frame, end: PhysicalAddress(ranges[index].end).frame)
        }
    }
}
