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
    ///   - highest: one past the highest frame of any range, in use or free.
    ///   - count: how many ranges `range` answers for.
    ///   - range: the free ranges; disjoint.
    /// - Returns: false when no range holds the frame table.
    public static func start(
        directMapBase: UInt, highest: FrameNumber, count: Int, range: (Int) -> Range
    ) -> Bool {
        DirectMap.base = directMapBase
        let tableBytes = Int(highest.rawValue) * MemoryLayout<FrameDescriptor>.stride
        let tableFrames = UInt32((tableBytes + pageSize - 1) / pageSize)
        var home = -1
        var total: UInt32 = 0
        for i in 0..<count {
            let size = range(i).end.rawValue - range(i).start.rawValue
            total += size
            if home < 0, size > tableFrames { home = i }
        }
        guard home >= 0 else { return false }
        let table = FrameTable(storage: DirectMap.pointer(range(home).start), count: highest.rawValue)
        // A 64th of memory, at least 8 and at most 64 frames, is kept for allocations that cannot fail.
        Frames.start(table, reserve: min(64, max(8, total / 64)))
        for i in 0..<count {
            let start = i == home ? range(i).start.advanced(by: Int(tableFrames)) : range(i).start
            Frames.add(start, to: range(i).end)
        }
        return true
    }
}
