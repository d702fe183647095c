// SPDX-License-Identifier: Apache-2.0
//
// Physical memory for unit tests: one arena of the process, numbered from frame 16 on, so that code above Memory runs
// against the real allocator. Not in images.

#if !os(none)
internal import CMachine

/// The physical memory of unit tests.
public enum HostedMemory {
    /// Opens an arena; a second call starts over with fresh memory (the old one is not given back: tests are short).
    ///
    /// - Parameter byteCount: its size, a multiple of `pageSize`.
    public static func install(byteCount: Int = 16 << 20) {
        let arena = UnsafeMutableRawPointer.allocate(
            byteCount: byteCount, alignment: pageSize << BuddyAllocator.maximumOrder)
        arena.initializeMemory(as: UInt8.self, repeating: 0xa5, count: byteCount)
        let first = 1024
        let range = BootMemory.Range(
            start: FrameNumber(UInt32(first)), end: FrameNumber(UInt32(first + byteCount / pageSize)))
        let ranges: InlineArray<1, BootMemory.Range> = [range]
        Frames.forget()
        let opened = BootMemory.start(
            directMapBase: UInt(bitPattern: arena) &- UInt(first * pageSize), atLeast: range.end, ranges: ranges.span)
        if !FrameCaches.areThere { Frames.addCache(machine_frame_cache_here()) }
        precondition(opened, "arena too small")
    }
}
#endif
