// SPDX-License-Identifier: Apache-2.0
//
// What a checked image does with blocks of the heap: a new one is filled, so that nobody takes it for zeros; one that was given back is
// filled with another pattern and waits among the last few hundred before it can be had again. Whoever wrote it
// meanwhile is found out then. In other images nothing of this is there: the functions are empty.

#if Checks
internal import CMachine

/// Looks after the heap's blocks.
enum HeapChecks {
    private static var fresh: Int32 { 0xa5 }
    private static var freed: UInt64 { 0xdead_b10c_dead_b10c }

    private static let lock = RawLock()
    nonisolated(unsafe) private static var waiting = InlineArray<512, UInt>(repeating: 0)
    nonisolated(unsafe) private static var next = 0

    /// Fills a block that is handed out.
    static func filled(_ block: UnsafeMutableRawPointer, _ size: Int) -> UnsafeMutableRawPointer {
        memset(block, fresh, size)
        return block
    }

    /// Takes a block that is given back, and answers the one whose time is over.
    static func exchange(_ block: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        let frame = DirectMap.frame(of: block)
        // Whole frames have a quarantine of their own.
        guard Frames.table[frame.rawValue].kind == .slab else { return block }
        let words = block.bindMemory(to: UInt64.self, capacity: count(block))
        for index in 0..<count(block) { words[index] = freed }
        let state = lock.acquire()
        let old = waiting[next]
        waiting[next] = UInt(bitPattern: block)
        next = (next + 1) % waiting.count
        lock.release(state)
        guard let oldest = UnsafeMutableRawPointer(bitPattern: old) else { return nil }
        verify(oldest)
        return oldest
    }

    private static func count(_ block: UnsafeMutableRawPointer) -> Int {
        let frame = DirectMap.frame(of: block)
        return Heap.blockSize(Int(Frames.table[frame.rawValue].order)) / 8
    }

    private static func verify(_ block: UnsafeMutableRawPointer) {
        let words = block.assumingMemoryBound(to: UInt64.self)
        for index in 0..<count(block) where words[index] != freed {
            CheckReport.fact("heap: a block was written after it was given back, at ", UInt64(UInt(bitPattern: block)))
            CheckReport.fact("  its size in bytes: ", UInt64(count(block) * 8))
            CheckReport.fact("  the first changed byte's eight begin at offset ", UInt64(index * 8))
            CheckReport.fact("  and hold ", words[index])
            CheckReport.fail()
        }
    }
}
#else
/// Nothing: see above.
enum HeapChecks {
    @inline(__always) static func filled(_ block: UnsafeMutableRawPointer, _ size: Int) -> UnsafeMutableRawPointer {
        block
    }
    @inline(__always) static func exchange(_ block: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? { block }
}
#endif
