// SPDX-License-Identifier: Apache-2.0

// What a file and the address spaces that show it know of each other, whatever happened to the regions between.

import Containers
import LinuxABI
import Memory
import PageCache
import Processor
import TestSupport
import Testing

@testable import AddressSpace

@Suite("AddressSpace and files", .serialized)
struct MappedFileTests {
    private static let base: UInt64 = 0x4000_0000
    private static let pageCount = 48

    private func makeSpace() throws -> AddressSpace {
        TestMachine.start()
        let space = try AddressSpace(zeroFrame: try Frames.allocate())
        space.place(heap: 0x1000_0000, mapTop: 0x7000_0000, stackLimit: 8 << 20)
        return space
    }

    /// The pages of `file` that are mapped, and how many of the space's pages have a frame in all.
    private func shown(_ space: AddressSpace, _ file: PageCache) -> UInt64 {
        var pages: UInt64 = 0
        space.forEachRegion { start, region in
            if region.pages === file { pages += (region.end - start) / 4096 }
        }
        return pages
    }

    private func change(_ space: AddressSpace, _ files: [PageCache], _ random: inout SeededRandom) throws {
        let first = random.next(below: Self.pageCount), count = 1 + random.next(below: min(8, Self.pageCount - first))
        let address = Self.base + UInt64(first) * 4096, size = UInt64(count) * 4096
        let file = files[random.next(below: files.count)]
        switch random.next(below: 6) {
        case 0, 1:
            let region = Region(
                end: 0, protection: [.read, .write], sharing: random.next(below: 2) == 0 ? .shared : .privateCopy,
                pages: file, firstPage: UInt64(first))
            _ = try space.map(region, byteCount: size, at: .fixed(address))
        case 2: try space.unmap(address, byteCount: size)
        case 3: try? space.protect(address, byteCount: size, random.next(below: 2) == 0 ? .read : [.read, .write])
        case 4:
            let target = Self.base + UInt64(Self.pageCount + random.next(below: Self.pageCount)) * 4096
            _ = try? space.remap(address, byteCount: size, to: size, .fixed(target), .unmapped)
        default:
            for page in 0..<UInt(count) {
                _ = space.fault(
                    at: UInt(address) + page << 12, random.next(below: 2) == 0 ? [.fromProgram, .write] : .fromProgram)
            }
        }
    }

    @Test("After any changes of regions a file that is emptied is seen nowhere, and knows who may write it")
    func model() throws {
        var random = SeededRandom()
        for _ in 0..<40 {
            let space = try makeSpace()
            let files = [PageCache(), PageCache()]
            for file in files { file.resize(to: UInt64(Self.pageCount) * 4096) }
            for _ in 0..<120 { try change(space, files, &random) }
            for file in files {
                var isWritten = false
                space.forEachRegion { _, region in
                    if region.pages === file, region.sharing == .shared { isWritten = true }
                }
                #expect(file.denyWriting() == !isWritten)
            }
            for file in files { file.resize(to: 0) }
            #expect(space.figures.resident == 0)
            space.removeAll()
            #expect(files.allSatisfy { $0.denyWriting() })
        }
    }

    @Test("A space that shows files goes when it is emptied")
    func noCircle() throws {
        weak var kept: AddressSpace?
        let file = PageCache()
        file.resize(to: 8192)
        func use() throws {
            let space = try makeSpace()
            kept = space
            let region = Region(end: 0, protection: .read, pages: file)
            _ = try space.map(region, byteCount: 8192, at: .fixed(Self.base))
            try space.protect(Self.base, byteCount: 4096, [.read, .write])
            space.removeAll()
        }
        try use()
        #expect(kept == nil)
    }

    @Test("A hole leaves what the program has written into its private pages")
    func hole() throws {
        let space = try makeSpace()
        let file = PageCache()
        file.resize(to: 8192)
        let region = Region(end: 0, protection: [.read, .write], pages: file)
        _ = try space.map(region, byteCount: 8192, at: .fixed(Self.base))
        #expect(space.fault(at: UInt(Self.base), [.fromProgram, .write]) == .served)
        #expect(space.fault(at: UInt(Self.base) + 4096, .fromProgram) == .served)
        #expect(space.figures.resident == 2)
        try file.punchHole(0..<8192)
        #expect(space.figures.resident == 1)
        file.resize(to: 4096)
        #expect(space.figures.resident == 1)
        file.resize(to: 0)
        #expect(space.figures.resident == 0)
        #expect(space.fault(at: UInt(Self.base), .fromProgram) == .beyondEnd)
    }

    @Test("A file that is sealed against writers is mapped for reading only")
    func sealed() throws {
        let space = try makeSpace()
        let file = PageCache()
        file.resize(to: 4096)
        #expect(file.denyWriting())
        let writable = Region(end: 0, protection: .read, sharing: .shared, pages: file)
        #expect(throws: Errno.notPermitted) { _ = try space.map(writable, byteCount: 4096, at: .fixed(Self.base)) }
        let readable = Region(end: 0, protection: .read, sharing: .shared, pages: file, ceiling: .read)
        _ = try space.map(readable, byteCount: 4096, at: .fixed(Self.base))
        #expect(space.figures.mapped == 1)
    }

    @Test("Low addresses are found from below, as long as there are some")
    func low() throws {
        let space = try makeSpace()
        let quarter: UInt64 = 0x1000_0000
        let region = Region(end: 0, protection: [])
        for index in 0..<UInt64(4) {
            #expect(try space.map(region, byteCount: quarter, at: .low(hint: 0)) == 0x4000_0000 + index * quarter)
        }
        #expect(throws: Errno.noMemory) { _ = try space.map(region, byteCount: 4096, at: .low(hint: 0)) }
        try space.unmap(0x5000_0000, byteCount: 4096)
        #expect(try space.map(region, byteCount: 4096, at: .low(hint: 0x4100_0000)) == 0x5000_0000)
    }
}
