// SPDX-License-Identifier: Apache-2.0

// What is left of a memory map: whole frames, without those in use, however ranges overlap.

import Memory
import TestSupport
import Testing

@testable import Platform

@Suite("FreeRanges")
struct FreeRangesTests {
    private func frames(_ ranges: borrowing FreeRanges) -> Set<UInt64> {
        var frames: Set<UInt64> = []
        for index in 0..<ranges.count {
            let range = ranges[index]
            for frame in range.start.rawValue..<range.end.rawValue {
                #expect(frames.insert(UInt64(frame) << 12).inserted, "twice")
            }
        }
        return frames
    }

    @Test("Ranges are rounded inwards, what is cut out outwards")
    func rounding() {
        var ranges = FreeRanges()
        ranges.add(start: 1, end: 5 * 4096 + 1)
        #expect(frames(ranges) == [4096, 8192, 12288, 16384])
        ranges.remove(start: 8193, end: 8194)
        #expect(frames(ranges) == [4096, 12288, 16384])
        ranges.add(start: 100, end: 200)
        #expect(frames(ranges).count == 3)
    }

    @Test("Cutting at random leaves what a set would")
    func model() {
        var random = SeededRandom()
        for _ in 0..<200 {
            var ranges = FreeRanges()
            var model: Set<UInt64> = []
            for index in 0..<3 {
                let start = UInt64(index * 100 + random.next(below: 30)) * 4096
                let count = UInt64(1 + random.next(below: 60))
                ranges.add(start: start, end: start + count * 4096)
                for frame in 0..<count { model.insert(start + frame * 4096) }
            }
            for _ in 0..<6 {
                let start = UInt64(random.next(below: 300)) * 4096 + UInt64(random.next(below: 4096))
                let end = start + UInt64(random.next(below: 40 * 4096))
                ranges.remove(start: start, end: end)
                let cut = (start & ~4095)..<((end + 4095) & ~4095)
                model = model.filter { !cut.contains($0) }
            }
            ranges.orderByDescendingStart()
            #expect(frames(ranges) == model)
        }
    }

    @Test("The highest memory comes first")
    func order() {
        var ranges = FreeRanges()
        for start: UInt64 in [3, 1, 9, 4] { ranges.add(start: start << 20, end: start << 20 + 4096) }
        ranges.orderByDescendingStart()
        var starts: [UInt32] = []
        for index in 0..<ranges.count { starts.append(ranges[index].start.rawValue >> 8) }
        #expect(starts == [9, 4, 3, 1])
    }
}
