// SPDX-License-Identifier: Apache-2.0

// What AddressSpace promises: regions as a list of pages would have them, faults that give each page what its region
// says, and every frame back at the end. Page tables are real, only no CPU looks at them.

import Containers
import LinuxABI
import Memory
import Processor
import TestSupport
import Testing

@testable import AddressSpace

@Suite("AddressSpace", .serialized)
struct AddressSpaceTests {
    private static let base: UInt64 = 0x4000_0000

    private func makeSpace() throws -> AddressSpace {
        TestMachine.start()
        let space = try AddressSpace(zeroFrame: try Frames.allocate())
        space.place(heap: 0x1000_0000, mapTop: 0x7000_0000, stackLimit: 8 << 20)
        return space
    }

    private func anonymous(_ protection: ProtectionFlags = [.read, .write]) -> Region {
        Region(end: 0, protection: protection)
    }

    private func protections(_ space: AddressSpace, _ pages: Int) -> [UInt64?] {
        var found = [UInt64?](repeating: nil, count: pages)
        space.forEachRegion { start, region in
            for address in stride(from: start, to: region.end, by: 4096) {
                let page = Int(Int64(address) - Int64(Self.base)) / 4096
                if found.indices.contains(page) { found[page] = UInt64(region.protection.rawValue) }
            }
        }
        return found
    }

    @Test("Mapping, unmapping and protecting at random is what a list of pages does")
    func model() throws {
        var random = SeededRandom()
        let space = try makeSpace()
        let pages = 64
        var model = [UInt64?](repeating: nil, count: pages)
        let kinds: [ProtectionFlags] = [[], .read, [.read, .write], [.read, .execute]]
        for _ in 0..<3000 {
            let first = random.next(below: pages)
            let count = 1 + random.next(below: min(12, pages - first))
            let address = Self.base + UInt64(first) * 4096
            let size = UInt64(count) * 4096
            let protection = kinds[random.next(below: kinds.count)]
            let range = first..<first + count
            switch random.next(below: 3) {
            case 0:
                _ = try space.map(anonymous(protection), byteCount: size, at: .fixed(address))
                for page in range { model[page] = UInt64(protection.rawValue) }
            case 1:
                try space.unmap(address, byteCount: size)
                for page in range { model[page] = nil }
            default:
                let isWhole = range.allSatisfy { model[$0] != nil }
                do throws(Errno) {
                    try space.protect(address, byteCount: size, protection)
                    #expect(isWhole)
                } catch {
                    #expect(error == .noMemory && !isWhole)
                }
                // What comes before a hole has changed, as on Linux.
                for page in range {
                    if model[page] == nil { break }
                    model[page] = UInt64(protection.rawValue)
                }
            }
            #expect(protections(space, pages) == model)
            #expect(space.figures.mapped == UInt64(model.filter { $0 != nil }.count))
        }
    }

    @Test("Protecting over a region that has the protection already reaches what lies behind it")
    func protectAcrossAlike() throws {
        let space = try makeSpace()
        for (page, protection) in [ProtectionFlags.read, [], [.read, .write], .read].enumerated() {
            _ = try space.map(anonymous(protection), byteCount: 4096, at: .fixed(Self.base + UInt64(page) * 4096))
        }
        try space.protect(Self.base, byteCount: 4 * 4096, [.read, .write])
        #expect(protections(space, 4) == [3, 3, 3, 3])
        var count = 0
        space.forEachRegion { _, _ in count += 1 }
        #expect(count == 1)
    }

    @Test("A fault gives a page, once, and tells why it cannot")
    func faults() throws {
        let space = try makeSpace()
        _ = try space.map(anonymous(), byteCount: 8192, at: .fixed(Self.base))
        _ = try space.map(anonymous(.read), byteCount: 4096, at: .fixed(Self.base + 8192))
        let address = UInt(Self.base)
        #expect(space.fault(at: address, [.fromProgram, .write]) == .served)
        #expect(space.figures.resident == 1)
        #expect(space.fault(at: address, [.fromProgram, .write]) == .served)
        #expect(space.figures.resident == 1)
        #expect(space.fault(at: address + 4096, .fromProgram) == .served)
        #expect(space.fault(at: address + 8192, [.fromProgram, .write]) == .notPermitted)
        #expect(space.fault(at: address, [.fromProgram, .execute]) == .notPermitted)
        #expect(space.fault(at: address + 12288, .fromProgram) == .notMapped)
        #expect(space.fault(at: 0, .fromProgram) == .notMapped)
    }

    @Test("A fixed place is refused where no program may be, and a free one is found below the top")
    func places() throws {
        let space = try makeSpace()
        #expect(throws: Errno.invalidArgument) { _ = try space.map(anonymous(), byteCount: 4096, at: .fixed(0x1001)) }
        #expect(throws: Errno.notPermitted) { _ = try space.map(anonymous(), byteCount: 4096, at: .fixed(0)) }
        #expect(throws: Errno.noMemory) {
            _ = try space.map(anonymous(), byteCount: 4096, at: .fixed(0x7fff_ffff_f000))
        }
        let first = try space.map(anonymous(), byteCount: 4096, at: .anywhere(hint: 0))
        let second = try space.map(anonymous(), byteCount: 4096, at: .anywhere(hint: 0))
        #expect(first == 0x7000_0000 - 4096 && second == first - 4096)
        #expect(throws: Errno.fileExists) { _ = try space.map(anonymous(), byteCount: 4096, at: .fixedIfFree(first)) }
        #expect(try space.map(anonymous(), byteCount: 4096, at: .anywhere(hint: Self.base)) == Self.base)
    }

    @Test("A free place is the highest one that is large enough, whatever was mapped and unmapped before")
    func highestPlaces() throws {
        var random = SeededRandom()
        let space = try makeSpace()
        let top: UInt64 = 0x7000_0000
        for _ in 0..<3000 {
            let size = UInt64(1 + random.next(below: 6)) * 4096
            if random.next(below: 3) == 0 {
                try space.unmap(top - UInt64(1 + random.next(below: 200)) * 4096, byteCount: size)
                continue
            }
            var regions: [(UInt64, UInt64)] = []
            space.forEachRegion { start, region in regions.append((start, region.end)) }
            var end = top
            for (start, regionEnd) in regions.reversed() where start < top {
                if end >= regionEnd + size { break }
                end = start
            }
            #expect(try space.map(anonymous(), byteCount: size, at: .anywhere(hint: 0)) == end - size)
        }
    }

    @Test("The break moves within its limit and not over a mapping")
    func breaks() throws {
        let space = try makeSpace()
        let start: UInt64 = 0x1000_0000
        #expect(space.moveBreak(to: 0, limit: .max) == start)
        #expect(space.moveBreak(to: start + 10_000, limit: 1 << 20) == start + 10_000)
        #expect(space.moveBreak(to: start + (2 << 20), limit: 1 << 20) == start + 10_000)
        _ = try space.map(anonymous(), byteCount: 4096, at: .fixed(start + 16384))
        #expect(space.moveBreak(to: start + 20_000, limit: 1 << 20) == start + 10_000)
        #expect(space.moveBreak(to: start, limit: 1 << 20) == start)
        #expect(space.figures.mapped == 1)
    }

    @Test("A stack grows to its limit and keeps a gap to its neighbour")
    func stack() throws {
        let space = try makeSpace()
        let top: UInt64 = 0x6000_0000
        let stack = Region(end: 0, protection: [.read, .write], purpose: .stack, growsDown: true)
        _ = try space.map(stack, byteCount: 8192, at: .fixed(top - 8192))
        #expect(space.fault(at: UInt(top) - (1 << 20), [.fromProgram, .write]) == .served)
        #expect(space.fault(at: UInt(top) - (9 << 20), [.fromProgram, .write]) == .notMapped)
        _ = try space.map(anonymous(), byteCount: 4096, at: .fixed(top - (4 << 20)))
        #expect(space.fault(at: UInt(top) - (3 << 20) - 8192, [.fromProgram, .write]) == .notMapped)
        #expect(space.fault(at: UInt(top) - (2 << 20), [.fromProgram, .write]) == .served)
    }

    @Test("Everything is given back")
    func release() throws {
        TestMachine.start()
        let zero = try Frames.allocate()
        func use() throws {
            let space = try AddressSpace(zeroFrame: zero)
            _ = try space.map(anonymous(), byteCount: 64 << 12, at: .fixed(Self.base))
            for page in 0..<UInt(64) {
                #expect(
                    space.fault(at: UInt(Self.base) + page << 12, [.fromProgram, page & 1 == 0 ? .write : []])
                        == .served)
            }
            #expect(Frames.referenceCount(zero) == 33)
        }
        try use()
        #expect(Frames.referenceCount(zero) == 1)
    }
}
