// SPDX-License-Identifier: Apache-2.0

// What Memory promises: blocks that do not overlap, aligned, and all given back; and size classes that waste little.
// Failing allocations are counted for the whole process, so they are tested in machines (Tests/Guest/case.h).

import Containers
import TestSupport
import Testing

@testable import Memory

@Suite("BuddyAllocator")
struct BuddyAllocatorTests {
    /// An allocator over frames that have descriptors and nothing else.
    private func withAllocator(_ count: UInt32, _ body: (inout BuddyAllocator) -> Void) {
        let storage = UnsafeMutableRawPointer.allocate(byteCount: Int(count) * 16, alignment: 16)
        defer { unsafe storage.deallocate() }
        // Memory has been something else before: descriptors that nobody wrote look like free blocks of every order.
        for frame in 0..<Int(count) {
            unsafe storage.storeBytes(of: UInt32(2 | frame % 11 << 8), toByteOffset: frame * 16, as: UInt32.self)
        }
        var buddy = BuddyAllocator()
        buddy.use(unsafe FrameTable(storage: storage, count: count))
        body(&buddy)
    }

    @Test("Blocks are aligned, inside, apart, and merge into what was there")
    func blocks() {
        var random = SeededRandom()
        withAllocator(2048) { buddy in
            buddy.add(untouched: 3, to: 1000)
            buddy.add(untouched: 1100, to: 2048)
            let total = buddy.freeCount
            #expect(total == 997 + 948)
            var owner = [Int](repeating: -1, count: 2048)
            var blocks: [(frame: UInt32, order: Int)] = []
            for round in 0..<4000 {
                if random.next(below: 5) < 3, let frame = { buddy.allocate(order: $0) }(random.next(below: 5)) {
                    let order = Int(buddy.table[frame].order)
                    #expect(frame & ((1 << UInt32(order)) - 1) == 0)
                    for index in Int(frame)..<Int(frame) + 1 << order {
                        #expect(owner[index] == -1 && (3..<1000 ~= index || 1100..<2048 ~= index))
                        owner[index] = round
                    }
                    blocks.append((frame, order))
                } else if !blocks.isEmpty {
                    let block = blocks.remove(at: random.next(below: blocks.count))
                    for index in Int(block.frame)..<Int(block.frame) + 1 << block.order { owner[index] = -1 }
                    buddy.free(block.frame, order: block.order)
                }
                #expect(Int(buddy.freeCount) + owner.filter { $0 >= 0 }.count == Int(total))
            }
            for block in blocks { buddy.free(block.frame, order: block.order) }
            #expect(buddy.freeCount == total)
            // Merged again: a block of 512 frames is there, naturally aligned.
            #expect(buddy.allocate(order: 9) != nil)
        }
    }

    @Test("An empty allocator answers nil, and a request above all memory does not hang")
    func exhaustion() {
        withAllocator(64) { buddy in
            #expect(buddy.allocate(order: 0) == nil)
            buddy.add(untouched: 10, to: 20)
            #expect(buddy.allocate(order: 10) == nil)
            var count = 0
            while buddy.allocate(order: 0) != nil { count += 1 }
            #expect(count == 10)
        }
    }
}

@Suite("FrameCache")
struct FrameCacheTests {
    private func withCache(_ count: UInt32, _ body: (inout FrameCache, inout BuddyAllocator) -> Void) {
        let storage = UnsafeMutableRawPointer.allocate(byteCount: Int(count) * 16, alignment: 16)
        defer { unsafe storage.deallocate() }
        var buddy = BuddyAllocator()
        buddy.use(unsafe FrameTable(storage: storage, count: count))
        buddy.add(untouched: 0, to: count)
        // As in a CPU's page: all zeros.
        let place = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
        defer { unsafe place.deallocate() }
        unsafe place.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
        let cache = unsafe place.bindMemory(to: FrameCache.self, capacity: 1)
        unsafe body(&cache.pointee, &buddy)
    }

    /// What a macro cannot take: a value that cannot be copied.
    private func expectCount(_ expected: UInt32, _ cache: borrowing FrameCache) {
        let count = cache.count
        #expect(count == expected)
    }

    @Test("A batch is fetched in the order in which frames lie, each with one reference when it is taken")
    func batch() {
        withCache(1024) { cache, buddy in
            expectCount(0, cache)
            cache.fill(from: &buddy, leaving: 0)
            expectCount(FrameCache.batch, cache)
            #expect(buddy.freeCount == 1024 - FrameCache.batch)
            let first = cache.take(buddy.table)!
            for offset in 1..<FrameCache.batch {
                let frame = cache.take(buddy.table)
                #expect(frame == first + offset)
                #expect(buddy.table[first + offset].kind == .allocated && buddy.table[first + offset].references == 1)
            }
            expectCount(0, cache)
        }
    }

    @Test("What is left to the allocator stays there")
    func leaving() {
        withCache(64) { cache, buddy in
            cache.fill(from: &buddy, leaving: 60)
            expectCount(0, cache)
            #expect(buddy.freeCount == 64)
            cache.fill(from: &buddy, leaving: 40)
            expectCount(FrameCache.batch, cache)
            #expect(buddy.freeCount == 48)
        }
    }

    @Test("Single frames that lie apart make a batch, too, and merge again when they are given back")
    func apart() {
        withCache(1024) { cache, buddy in
            var frames: [UInt32] = []
            while let frame = buddy.allocate(order: 0) { frames.append(frame) }
            for frame in frames where frame % 2 == 0 { buddy.free(frame, order: 0) }
            cache.fill(from: &buddy, leaving: 0)
            expectCount(FrameCache.batch, cache)
            for frame in frames where frame % 2 == 1 { cache.keep(frame, buddy.table) }
            expectCount(FrameCache.batch + 512, cache)
            cache.empty(into: &buddy, downTo: FrameCache.capacity / 2)
            expectCount(FrameCache.capacity / 2, cache)
            cache.empty(into: &buddy, downTo: 0)
            expectCount(0, cache)
            #expect(buddy.freeCount == 1024 && buddy.allocate(order: 10) == 0)
        }
    }
}

@Suite("Heap classes")
struct HeapClassTests {
    @Test("Every size finds the smallest class that holds it, and classes grow by at most a quarter")
    func classes() {
        for size in 1...Heap.largestClassSize {
            let index = Heap.sizeClass(size)
            #expect(index >= 0 && index < Heap.classCount)
            #expect(Heap.blockSize(index) >= size)
            if index > 0 { #expect(Heap.blockSize(index - 1) < size) }
        }
        for index in 8..<Heap.classCount {
            #expect(Heap.blockSize(index) * 4 <= Heap.blockSize(index - 1) * 5)
            #expect(Heap.blockSize(index) % 16 == 0)
        }
    }
}

@Suite("Frames")
struct FrameTests {
    @Test("A frame is free when its last reference goes")
    func references() throws {
        TestMachine.start()
        let frame = try Frames.allocate()
        Frames.share(frame)
        #expect(Frames.referenceCount(frame) == 2)
        Frames.release(frame)
        #expect(Frames.referenceCount(frame) == 1)
        Frames.release(frame)
    }

    @Test("Threads that take, share and release at once find every frame their own, and all free at the end")
    func threads() async throws {
        TestMachine.start()
        // Long lived: each thread's references to it come and go beside those of the others.
        let common = try Frames.allocate()
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<4 {
                group.addTask {
                    var random = SeededRandom()
                    var mine: [FrameNumber] = []
                    for round in 0..<5000 {
                        if random.next(below: 2) == 0 || mine.isEmpty {
                            guard mine.count < 200, let frame = try? Frames.allocateUncleared() else { continue }
                            Frames.store64(UInt64(thread), frame, at: 8 * (round % 512))
                            Frames.store64(UInt64(thread), frame, at: 0)
                            mine.append(frame)
                        } else {
                            let frame = mine.remove(at: random.next(below: mine.count))
                            #expect(Frames.load64(frame, at: 0) == UInt64(thread))
                            #expect(Frames.referenceCount(frame) == 1)
                            Frames.release(frame)
                        }
                        Frames.share(common)
                        Frames.release(common)
                    }
                    for frame in mine { Frames.release(frame) }
                }
            }
        }
        #expect(Frames.referenceCount(common) == 1)
        Frames.release(common)
    }
}
