// SPDX-License-Identifier: Apache-2.0
//
// The heap behind posix_memalign and free, which Swift calls for every class instance, array and closure, and behind
// apus_allocate, which the throwing containers call. Blocks up to 2 KiB come from slabs: frames cut into blocks of one
// size class, found again from a pointer through the frame's descriptor. Larger ones are whole frames.
//
//      size   16 32 48 … 128 | 160 192 224 256 | 320 384 448 512 | … 2048 | frames
//      class   0  1  2 …   7 |   8   9  10  11 |  12  13  14  15 | …   23 |
//
// A free list per class serves the fast path: some fifteen instructions, with preemption off and no lock. It is the
// CPU's own; there is one CPU today (see README).

internal import CMachine

/// The kernel's heap.
enum Heap {
    static var classCount: Int { 24 }
    static var largestClassSize: Int { 2048 }
    /// Blocks that a class may hold back before it returns them to their slabs.
    private static var cacheLimit: Int { 32 }

    struct Block { var next: UnsafeMutablePointer<Block>? }

    /// Free blocks of one class, ready to be handed out.
    struct Cache {
        var head: UnsafeMutablePointer<Block>?
        var count = 0
    }

    nonisolated(unsafe) private static var caches = InlineArray<24, Cache>(repeating: Cache())
    /// Slabs that have free blocks, by class.
    nonisolated(unsafe) private static var slabs = InlineArray<24, FrameTable.List>(repeating: FrameTable.List())
    /// Bytes in use, blocks rounded up to their class.
    nonisolated(unsafe) static var bytesInUse = 0

    /// The class of a size from 1 to 2048.
    @inline(__always) static func sizeClass(_ size: Int) -> Int {
        if size <= 128 { return (size &- 1) >> 4 }
        let n = size &- 1
        let top = 63 &- n.leadingZeroBitCount
        return 8 &+ (top &- 7) &* 4 &+ ((n >> (top &- 2)) & 3)
    }

    /// The block size of a class.
    static func blockSize(_ index: Int) -> Int {
        if index < 8 { return (index + 1) << 4 }
        return (5 + (index & 3)) << (5 + (index - 8) >> 2)
    }

    /// Takes a block of at least `size` bytes, aligned to 16 or, when larger, to `alignment` (a power of two).
    ///
    /// - Returns: nil when memory is at its end.
    static func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        var size = max(size, 1)
        if alignment > 16 {
            // Blocks of a power-of-two size are aligned to it.
            size = max(size, alignment)
            size = 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
        }
        if size > largestClassSize { return allocateLarge(size) }
        let index = sizeClass(size)
        machine_preemption_disable()
        if let block = caches[index].head {
            caches[index].head = block.pointee.next
            caches[index].count &-= 1
            _ = machine_preemption_enable()
            return UnsafeMutableRawPointer(block)
        }
        let block = allocateFromSlab(index)
        _ = machine_preemption_enable()
        return block
    }

    /// Gives a block back.
    static func free(_ pointer: UnsafeMutableRawPointer) {
        let frame = DirectMap.frame(of: pointer)
        let kind = Frames.table[frame.rawValue].kind
        let index = Int(Frames.table[frame.rawValue].order)
        guard kind == .slab else {
            precondition(kind == .large, "free of a pointer that is not the heap's")
            Frames.release(frame)
            return
        }
        let block = pointer.assumingMemoryBound(to: Block.self)
        machine_preemption_disable()
        block.initialize(to: Block(next: caches[index].head))
        caches[index].head = block
        caches[index].count &+= 1
        if caches[index].count > cacheLimit { returnBlocks(index) }
        _ = machine_preemption_enable()
    }

    private static func allocateLarge(_ size: Int) -> UnsafeMutableRawPointer? {
        let frames = (size + pageSize - 1) / pageSize
        let order = frames <= 1 ? 0 : Int.bitWidth - (frames - 1).leadingZeroBitCount
        guard order <= BuddyAllocator.maximumOrder, let frame = Frames.allocateFromReserve(order: order) else {
            return nil
        }
        Frames.withDescriptor(frame) { $0.kind = .large }
        return DirectMap.pointer(frame)
    }

    // MARK: Slabs

    private static func allocateFromSlab(_ index: Int) -> UnsafeMutableRawPointer? {
        let size = blockSize(index)
        if slabs[index].isEmpty {
            guard let frame = Frames.allocateFromReserve(order: 0) else { return nil }
            cut(frame, index)
        }
        let frame = slabs[index].head
        let table = Frames.table
        var blocks = SlabBlocks(table[frame].references)
        let block = DirectMap.pointer(FrameNumber(frame)) + blocks.firstFree
        if blocks.isFresh { blocks.takeFresh(size) } else { blocks.takeFree(next: block.load(as: UInt32.self)) }
        table[frame].references = blocks.rawValue
        table[frame].used += 1
        if blocks.isExhausted(size) { table.remove(frame, from: &slabs[index]) }
        return block
    }

    /// Turns a frame into a slab whose blocks are all fresh: what is never asked for is never touched.
    private static func cut(_ frame: FrameNumber, _ index: Int) {
        let table = Frames.table
        table[frame.rawValue].kind = .slab
        table[frame.rawValue].order = UInt8(truncatingIfNeeded: index)
        table[frame.rawValue].used = 0
        table[frame.rawValue].references = SlabBlocks.allFresh.rawValue
        table.push(frame.rawValue, on: &slabs[index])
    }

    /// Returns half of a class's cache to the slabs, and slabs that became empty to the frames.
    private static func returnBlocks(_ index: Int) {
        let table = Frames.table
        while caches[index].count > cacheLimit / 2, let block = caches[index].head {
            caches[index].head = block.pointee.next
            caches[index].count -= 1
            let pointer = UnsafeMutableRawPointer(block)
            let frame = DirectMap.frame(of: pointer)
            let number = frame.rawValue
            var blocks = SlabBlocks(table[number].references)
            let wasExhausted = blocks.isExhausted(blockSize(index))
            pointer.storeBytes(of: blocks.put(UInt32(pointer - DirectMap.pointer(frame))), as: UInt32.self)
            table[number].references = blocks.rawValue
            table[number].used -= 1
            if wasExhausted { table.push(number, on: &slabs[index]) }
            if table[number].used == 0 {
                table.remove(number, from: &slabs[index])
                table[number].kind = .allocated
                table[number].order = 0
                table[number].references = 1
                Frames.release(frame)
            }
        }
    }
}
