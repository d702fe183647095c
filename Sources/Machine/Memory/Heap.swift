// SPDX-License-Identifier: Apache-2.0
//
// The heap behind posix_memalign and free, which Swift calls for every class instance, array and closure, and behind
// apus_allocate, which the throwing containers call. Blocks up to 2 KiB come from slabs: frames cut into blocks of one
// size class, found again from a pointer through the frame's descriptor. Larger ones are whole frames.
//
//      size   16 32 48 … 128 | 160 192 224 256 | 320 384 448 512 | … 2048 | frames
//      class   0  1  2 …   7 |   8   9  10  11 |  12  13  14  15 | …   23 |
//
// A free list per class serves the fast path: some fifteen instructions, with preemption off and no lock, because each CPU
// has its own (machine_cpu). The slabs behind them are everybody's, under a lock.

internal import CMachine

/// The kernel's heap.
enum Heap {
    static var classCount: Int { 24 }
    static var largestClassSize: Int { 2048 }
    /// Blocks that a class may hold back before it returns them to their slabs.
    private static var cacheLimit: UInt64 { 32 }

    struct Block { var next: UnsafeMutableRawPointer? }

    /// Slabs that have free blocks, by class; guarded by `lock`.
    nonisolated(unsafe) private static var slabs = InlineArray<24, FrameTable.List>(repeating: FrameTable.List())
    private static let lock = RawLock()

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
    @inline(__always)
    static func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        allocateFromCache(size, alignment: alignment) ?? allocateSlowly(size, alignment)
    }

    /// A small block if its class's cache has one.
    @inline(__always)  // with `free`, 57 instructions: what is rarer is out of line, registers and all
    static func allocateFromCache(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
        let last = UInt(bitPattern: size &- 1)
        guard last < 128, alignment <= 16 else { return nil }
        return takeCached(class: Int(bitPattern: last >> 4))
    }

    /// A block of any size.
    @inline(never)
    static func allocateSlowly(_ wished: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
        var size = max(wished, 1)
        if alignment > 16 {
            // Blocks of a power-of-two size are aligned to it.
            size = max(size, alignment)
            size = 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
        }
        if size > largestClassSize { return allocateLarge(size) }
        let index = sizeClass(size)
        if let block = takeCached(class: index) { return block }
        return allocateFromSlab(index)
    }

    @inline(__always)
    private static func takeCached(class index: Int) -> UnsafeMutableRawPointer? {
        machine_preemption_disable()
        // SAFETY: a class is below `classCount`, by `sizeClass` and by the frame descriptors, which hold nothing else.
        let cache = machine_heap_cache(UInt(bitPattern: index))
        let block = cache.pointee.head
        if let block {
            cache.pointee.head = block.assumingMemoryBound(to: Block.self).pointee.next
            cache.pointee.count &-= 1
        }
        machine_preemption_leave()
        return block.map { HeapChecks.filled($0, blockSize(index)) }
    }

    /// Gives a block back.
    @inline(__always)  // see `allocate`
    static func free(_ released: UnsafeMutableRawPointer) {
        guard let pointer = HeapChecks.exchange(released) else { return }
        let frame = DirectMap.frame(of: pointer)
        guard Frames.table[frame.rawValue].kind == .slab else { return freeLarge(frame) }
        let index = Int(Frames.table[frame.rawValue].order)
        let block = pointer.assumingMemoryBound(to: Block.self)
        machine_preemption_disable()
        let cache = machine_heap_cache(UInt(bitPattern: index))
        block.initialize(to: Block(next: cache.pointee.head))
        cache.pointee.head = pointer
        cache.pointee.count &+= 1
        if cache.pointee.count > cacheLimit { return returnBlocks(index) }
        machine_preemption_leave()
    }

    @inline(never)
    private static func freeLarge(_ frame: FrameNumber) {
        precondition(Frames.table[frame.rawValue].kind == .large, "free of a pointer that is not the heap's")
        Frames.release(frame)
    }

    private static func allocateLarge(_ size: Int) -> UnsafeMutableRawPointer? {
        let frames = (size + pageSize - 1) / pageSize
        let order = frames <= 1 ? 0 : Int.bitWidth - (frames - 1).leadingZeroBitCount
        guard order <= BuddyAllocator.maximumOrder, let frame = Frames.allocateFromReserve(order: order) else {
            return nil
        }
        Frames.withDescriptor(frame) { $0.kind = .large }
        return HeapChecks.filled(DirectMap.pointer(frame), pageSize << order)
    }

    // MARK: Slabs

    private static func allocateFromSlab(_ index: Int) -> UnsafeMutableRawPointer? {
        let size = blockSize(index)
        let state = lock.acquire()
        defer { lock.release(state) }
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
        return HeapChecks.filled(block, size)
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

    /// Returns half of a class's cache to the slabs, and slabs that became empty to the frames; then turns preemption on.
    @inline(never)
    private static func returnBlocks(_ index: Int) {
        let table = Frames.table
        let cache = machine_heap_cache(UInt(bitPattern: index))
        let state = lock.acquire()
        while cache.pointee.count > cacheLimit / 2, let pointer = cache.pointee.head {
            cache.pointee.head = pointer.assumingMemoryBound(to: Block.self).pointee.next
            cache.pointee.count -= 1
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
        lock.release(state)
        machine_preemption_leave()
    }
}
