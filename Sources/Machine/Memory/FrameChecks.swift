// SPDX-License-Identifier: Apache-2.0
//
// What a checked image does with frames, as HeapChecks does with blocks: those that are handed out uncleared are filled; those that nobody refers to
// any more are filled with another pattern and wait. A frame that a CPU still reaches by an old translation, or that
// a device still writes, is found out when its time is over. In other images the functions are empty.

#if Checks
internal import CMachine

/// Frames that were given back and cannot be had yet; guarded by the lock of Frames.
struct FrameQuarantine: ~Copyable {
    private static var fresh: UInt64 { 0xa5a5_a5a5_a5a5_a5a5 }
    private static var freed: UInt64 { 0xdead_f7a3_dead_f7a3 }
    /// Larger blocks are filled but do not wait: they are a machine's whole memory soon.
    private static var largestOrder: Int { 3 }

    private var waiting = InlineArray<128, UInt32>(repeating: .max)
    private var next = 0

    /// Fills a block that is handed out.
    static func fill(_ frame: UInt32, order: Int) { fill(frame, order, fresh) }

    /// Takes a block that is given back, and answers the one whose time is over.
    mutating func exchange(_ frame: UInt32, order: Int) -> UInt32? {
        FrameQuarantine.fill(frame, order, FrameQuarantine.freed)
        if order > FrameQuarantine.largestOrder { return frame }
        let oldest = waiting[next]
        waiting[next] = frame
        next = (next + 1) % waiting.count
        return oldest == .max ? nil : verified(oldest)
    }

    /// Answers any block that waits, for when memory is short.
    mutating func takeAny() -> UInt32? {
        for index in waiting.indices where waiting[index] != .max {
            let frame = waiting[index]
            waiting[index] = .max
            return verified(frame)
        }
        return nil
    }

    private static func words(_ frame: UInt32) -> UnsafeMutablePointer<UInt64> {
        DirectMap.pointer(FrameNumber(frame)).assumingMemoryBound(to: UInt64.self)
    }

    private static func fill(_ frame: UInt32, _ order: Int, _ pattern: UInt64) {
        for index in 0..<512 << order { words(frame)[index] = pattern }
    }

    private func verified(_ frame: UInt32) -> UInt32 {
        let words = FrameQuarantine.words(frame)
        for index in 0..<512 << Int(Frames.table[frame].order) where words[index] != FrameQuarantine.freed {
            CheckReport.fact("frames: a frame was written after it was given back, number ", UInt64(frame))
            CheckReport.fact("  the first changed byte's eight begin at offset ", UInt64(index * 8))
            CheckReport.fact("  and hold ", words[index])
            CheckReport.fail()
        }
        return frame
    }
}
#else
/// Nothing: see above.
struct FrameQuarantine: ~Copyable {
    @inline(__always) static func fill(_ frame: UInt32, order: Int) {}
    @inline(__always) mutating func exchange(_ frame: UInt32, order: Int) -> UInt32? { frame }
    @inline(__always) mutating func takeAny() -> UInt32? { nil }
}
#endif
