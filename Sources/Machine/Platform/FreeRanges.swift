// SPDX-License-Identifier: Apache-2.0
//
// A small set of physical ranges: what is left of the firmware's memory map after everything in use is cut out of it.
// Fixed capacity, because there is no heap yet.

internal import Memory

/// Disjoint ranges of whole frames.
struct FreeRanges: ~Copyable {
    private var ranges = InlineArray<16, BootMemory.Range>(repeating: BootMemory.Range())
    private(set) var count = 0

    init() {}

    subscript(index: Int) -> BootMemory.Range { ranges[index] }

    /// Adds a range of addresses, rounded inwards to frames.
    mutating func add(start: UInt64, end: UInt64) {
        let range = BootMemory.Range(start: PhysicalAddress(start + 4095).frame, end: PhysicalAddress(end).frame)
        guard range.start < range.end, count < ranges.count else { return }
        ranges[count] = range
        count += 1
    }

    /// Cuts a range of addresses out, rounded outwards to frames.
    @inline(never)  // from several places
    mutating func remove(start: UInt64, end: UInt64) {
        let first = PhysicalAddress(start).frame
        let last = PhysicalAddress(end + 4095).frame
        for i in 0..<count {
            let range = ranges[i]
            if last <= range.start || first >= range.end { continue }
            ranges[i].end = max(range.start, first)
            if last < range.end {
                if ranges[i].start == ranges[i].end {
                    ranges[i] = BootMemory.Range(start: last, end: range.end)
                } else if count < ranges.count {
                    ranges[count] = BootMemory.Range(start: last, end: range.end)
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
        let archiveEnd = Platform.archiveStart.rawValue + UInt64(Platform.archiveByteCount) + 4095
        return BootMemory.start(
            directMapBase: directMapBase, atLeast: PhysicalAddress(archiveEnd).frame,
            ranges: ranges.span.extracting(0..<count))
    }
}
