// SPDX-License-Identifier: Apache-2.0
//
// PageCache over the hosted frame arena.

import CAllocator
import Containers
import Memory
import PageCache
import TestSupport
import Testing

/// The bytes of a frame.
func contents(_ frame: FrameNumber) -> [UInt8] {
    var bytes: [UInt8] = []
    for offset in stride(from: 0, to: 4096, by: 8) {
        let word = Frames.load64(frame, at: offset)
        for byte in 0..<8 as Range<UInt64> { bytes.append(UInt8(truncatingIfNeeded: word >> (byte * 8))) }
    }
    return bytes
}

/// Fills a frame with one byte.
func fill(_ frame: FrameNumber, _ byte: UInt8) {
    for offset in stride(from: 0, to: 4096, by: 8) {
        Frames.store64(UInt64(byte) * 0x0101_0101_0101_0101, frame, at: offset)
    }
}

@Suite struct PageCacheTests {
    init() { TestMachine.start() }

    private func makeSeed(pages: Int, byteCount: UInt64) throws -> SeedExtent {
        let first = try Frames.allocate(order: 2)
        Frames.adoptInUse(first, count: pages)
        for page in 0..<pages { fill(first.advanced(by: page), UInt8(page + 1)) }
        return SeedExtent(first: first, byteCount: byteCount)
    }

    @Test("a page is made of zeros once and then found")
    func getOrAllocate() throws {
        let cache = PageCache()
        cache.extend(to: 4 << 12)
        let frame = try cache.getOrAllocate(3)
        #expect(contents(frame) == [UInt8](repeating: 0, count: 4096))
        #expect(Frames.referenceCount(frame) == 2)
        #expect(cache.lookup(3) == frame && cache.lookup(2) == nil && cache.pageCount == 1)
        #expect(Frames.referenceCount(frame) == 3)
    }

    @Test("reading sees frames, holes and the end")
    func reading() throws {
        let cache = PageCache()
        Frames.release(try cache.getOrAllocate(1))
        cache.extend(to: 5000)
        guard case (.hole, 4090) = cache.page(forReadingAt: 6) else { Issue.record("hole expected"); return }
        guard case (.frame, 904) = cache.page(forReadingAt: 4096) else { Issue.record("frame expected"); return }
        guard case (.beyondEnd, 0) = cache.page(forReadingAt: 5000) else { Issue.record("end expected"); return }
    }

    @Test("the seed's frames are the pages, without a copy")
    func seed() throws {
        let seed = try makeSeed(pages: 3, byteCount: 9000)
        let cache = PageCache(seed: seed)
        #expect(cache.lookup(2) == seed.first.advanced(by: 2) && cache.byteCount == 9000 && cache.pageCount == 3)
        #expect(cache.lookup(3) == nil)
        let beyond = try cache.getOrAllocate(7)
        #expect(cache.lookup(7) == nil && cache.pageCount == 4)
        cache.extend(to: 8 << 12)
        #expect(cache.lookup(7) == beyond)
    }

    @Test("truncation clears the rest of the last page and frees the others")
    func truncation() throws {
        let cache = PageCache()
        var third: FrameNumber?
        for index in 0..<4 as Range<UInt64> {
            let frame = try cache.getOrAllocate(index)
            fill(frame, 0xee)
            if index == 2 { third = frame } else { Frames.release(frame) }
        }
        cache.extend(to: 4 * 4096)
        cache.resize(to: 4096 + 10)
        #expect(cache.pageCount == 2)
        #expect(Frames.referenceCount(try #require(third)) == 1)
        cache.extend(to: 8192)
        let last = try #require(cache.lookup(1))
        #expect(contents(last) == [UInt8](repeating: 0xee, count: 10) + [UInt8](repeating: 0, count: 4086))
    }

    @Test("the pages go with the cache")
    func deinitialisation() throws {
        let frame: FrameNumber
        do {
            let cache = PageCache()
            frame = try cache.getOrAllocate(70)
            #expect(Frames.referenceCount(frame) == 2)
        }
        #expect(Frames.referenceCount(frame) == 1)
    }

    @Test("a frame that is mapped outlives truncation")
    func mappedFrame() throws {
        let cache = PageCache()
        cache.extend(to: 4096)
        let mapped = try #require(try cache.frame(forMappingPage: 0))
        fill(mapped, 7)
        cache.resize(to: 0)
        #expect(cache.lookup(0) == nil && Frames.referenceCount(mapped) == 1)
        #expect(contents(mapped)[4095] == 7)
        #expect(try cache.frame(forMappingPage: 0) == nil)
        Frames.release(mapped)
    }

    @Test("truncating a seed gives its frames back")
    func truncatedSeed() throws {
        let seed = try makeSeed(pages: 3, byteCount: 12288)
        let cache = PageCache(seed: seed)
        Frames.share(seed.first.advanced(by: 2))
        cache.resize(to: 100)
        #expect(Frames.referenceCount(seed.first.advanced(by: 2)) == 1 && cache.pageCount == 1)
        #expect(contents(seed.first)[99] == 1 && contents(seed.first)[100] == 0)
    }

    @Test("a hole in the middle of a seed reads as zeros and keeps both sides")
    func holeInSeed() throws {
        let cache = PageCache(seed: try makeSeed(pages: 4, byteCount: 16384))
        try cache.punchHole(4000..<12300)
        let first = try #require(cache.lookup(0)), last = try #require(cache.lookup(3))
        #expect(contents(first)[3999] == 1 && contents(first)[4000] == 0)
        #expect(contents(last)[11] == 0 && contents(last)[12] == 4)
        #expect(cache.lookup(1) == nil && cache.lookup(2) == nil)
        #expect(cache.firstData(from: 4096) == 12288 && cache.firstHole(from: 0) == 4096)
        #expect(cache.firstHole(from: 12288) == 16384 && cache.firstData(from: 16384) == nil)
    }

    @Test("a hole inside one page only clears")
    func smallHole() throws {
        let cache = PageCache(seed: try makeSeed(pages: 1, byteCount: 4096))
        try cache.punchHole(10..<20)
        let page = contents(try #require(cache.lookup(0)))
        #expect(page[9] == 1 && page[10] == 0 && page[19] == 0 && page[20] == 1 && cache.pageCount == 1)
    }

    @Test("the budget refuses pages and gets them back")
    func budget() throws {
        let budget = PageBudget(limit: 2)
        do {
            let cache = PageCache(budget: budget)
            Frames.release(try cache.getOrAllocate(0))
            Frames.release(try cache.getOrAllocate(9))
            #expect(throws: PageCacheError.noSpace) { _ = try cache.getOrAllocate(5) }
            #expect(cache.pageCount == 2 && budget.figures.used == 2)
            cache.resize(to: 1)
            cache.extend(to: 2)
            cache.resize(to: 0)
            #expect(budget.figures.used == 0)
            Frames.release(try cache.getOrAllocate(1))
        }
        #expect(budget.figures.used == 0)
    }

    @Test("no memory is an error that changes nothing")
    func outOfMemory() throws {
        let cache = PageCache()
        apus_test_fail_allocation(1)
        #expect(throws: PageCacheError.outOfMemory) { _ = try cache.getOrAllocate(100) }
        #expect(cache.pageCount == 0)
        Frames.release(try cache.getOrAllocate(100))
        #expect(cache.pageCount == 1)
    }
}
