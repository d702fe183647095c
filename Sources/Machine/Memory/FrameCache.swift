// SPDX-License-Identifier: Apache-2.0
//
// Single frames that one CPU keeps at hand: they come and go all the time, and merging each up to the top order only to
// split it again costs hundreds of instructions, under a lock that all CPUs want. A cache is filled and emptied in batches.
// An image for one CPU has none. A cache has a lock of its own, so that a CPU short of memory can take what others keep; else only its CPU ever asks for that.

internal import CMachine

/// The single frames at one CPU's hand, threaded through their descriptors. All zeros are an empty one.
struct FrameCache: ~Copyable {
    /// Comes before the lock of Frames.
    let lock = RawLock()
    private var head: UInt32 = 0  // means nothing in an empty cache
    private(set) var count: UInt32 = 0

    /// The most that a cache holds; then it gives half of them back.
    static var capacity: UInt32 { 128 }
    /// How many are fetched at once.
    static var batch: UInt32 { 16 }

    var isFull: Bool { count >= FrameCache.capacity }

    /// Takes a frame, as the allocator hands it out: with one reference.
    @inline(__always) mutating func take(_ table: FrameTable) -> UInt32? {
        if count == 0 { return nil }
        let frame = head
        head = table[frame].next
        count &-= 1
        table[frame].kind = .allocated
        table[frame].references = 1
        return frame
    }

    /// Keeps a single frame that nobody refers to any more.
    @inline(__always) mutating func keep(_ frame: UInt32, _ table: FrameTable) {
        // Not `.free`: its buddy must not merge with it.
        table[frame].kind = .reserved
        table[frame].order = 0
        table[frame].next = head
        head = frame
        count &+= 1
    }

    /// Fetches a batch, or what there is of it, leaving the allocator so many frames.
    mutating func fill(from buddy: inout BuddyAllocator, leaving kept: UInt32) {
        while count < FrameCache.batch, buddy.freeCount > kept &+ FrameCache.batch {
            guard let block = buddy.allocateSome(atMost: FrameCache.batch) else { return }
            // The lowest is on top: frames are used in the order in which they lie.
            var frame = block.first &+ block.count
            while frame > block.first {
                frame &-= 1
                keep(frame, buddy.table)
            }
        }
    }

    /// Gives all but so many frames back.
    mutating func empty(into buddy: inout BuddyAllocator, downTo rest: UInt32) {
        while count > rest, let frame = take(buddy.table) { buddy.free(frame, order: 0) }
    }
}

/// The caches of all CPUs.
enum FrameCaches {
    nonisolated(unsafe) private static var caches = EachCPU<UnsafeMutablePointer<FrameCache>?>(repeating: nil)
    nonisolated(unsafe) private static var count = 0

    /// Whether a CPU has one yet.
    static var areThere: Bool { count > 0 }

    /// Enters the cache of another CPU, in the place that its page has for it.
    static func add(_ place: UnsafeMutablePointer<machine_frame_cache>) {
        guard count < CPULimit.count else { return }
        // SAFETY: the place is there for this, larger than a FrameCache, and holds zeros.
        caches[count] = UnsafeMutableRawPointer(place).bindMemory(to: FrameCache.self, capacity: 1)
        machine_fence()
        count += 1
    }

    /// The cache of the CPU that runs this. The thread may move meanwhile: then it uses another one's.
    @inline(__always) static var ofThisCPU: UnsafeMutablePointer<FrameCache> {
        UnsafeMutableRawPointer(machine_frame_cache_here()).assumingMemoryBound(to: FrameCache.self)
    }

    /// How many frames all of them hold.
    static var frameCount: UInt32 {
        var total: UInt32 = 0
        for index in 0..<count { total &+= caches[index].unsafelyUnwrapped.pointee.count }
        return total
    }

    /// Calls `body` for each, which is locked meanwhile.
    @inline(__always) static func forEach(_ body: (inout FrameCache) -> Void) {
        for index in 0..<count {
            let cache = caches[index].unsafelyUnwrapped
            let state = cache.pointee.lock.acquire()
            body(&cache.pointee)
            cache.pointee.lock.release(state)
        }
    }
}
