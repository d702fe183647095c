// SPDX-License-Identifier: Apache-2.0
//
// How the boot code hands memory over: it says where the direct map is, which physical ranges are free, and which are
// in use (the image, the page tables, the boot archive). From then on Frames and the heap work.

/// The start of memory management; called once, by Platform.
public enum BootMemory {
    /// A range of usable physical memory.
    public struct Range: Sendable {
        /// The first frame.
        public var start: FrameNumber
        /// One past the last frame.
        public var end: FrameNumber

        var count: UInt32 { end.rawValue - start.rawValue }

        /// Creates an empty range.
        public init() { self.init(start: FrameNumber(0), end: FrameNumber(0)) }

        /// Creates the range.
        public init(start: FrameNumber, end: FrameNumber) {
            self.start = start
            self.end = end
        }
    }

    /// Places the frame table and opens the allocator.
    ///
    /// - Parameters:
    ///   - directMapBase: where physical address 0 is mapped.
    ///   - least: one past the highest frame in use that is in none of the ranges.
    ///   - ranges: the free ones; disjoint.
    /// - Returns: false when no range holds the frame table.
    public static func start(directMapBase: UInt, atLeast least: FrameNumber, ranges: Span<Range>) -> Bool {
        DirectMap.base = directMapBase
        var highest = least
        var total: UInt32 = 0
        for i in 0..<ranges.count {
            let range = ranges[i]
            highest = max(highest, range.end)
            total += range.count
        }
        let tableBytes = Int(highest.rawValue) * MemoryLayout<FrameDescriptor>.stride
        let tableFrames = UInt32((tableBytes + pageSize - 1) / pageSize)
        var home = 0
        while home < ranges.count, ranges[home].count <= tableFrames { home += 1 }
        guard home < ranges.count else { return false }
        let table = FrameTable(storage: DirectMap.pointer(ranges[home].start), count: highest.rawValue)
        // A 64th of memory, at least 8 and at most 64 frames, is kept for allocations that cannot fail.
        Frames.start(table, reserve: min(64, max(8, total / 64)))
        for i in 0..<ranges.count {
            var range = ranges[i]
            if i == home { range.start = range.start.advanced(by: Int(tableFrames)) }
            Frames.add(range.start, to: range.end)
        }
        return true
    }
}
