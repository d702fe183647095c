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
}
