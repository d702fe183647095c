// SPDX-License-Identifier: Apache-2.0

// What the chooser of random places promises: places inside the kernel's half, aligned, and spread over all of it.

import TestSupport
import Testing
import X86_64

@Suite("SlideChooser")
struct SlideChooserTests {
    @Test("Places lie in the kernel's half, aligned and apart")
    func places() {
        var random = SeededRandom()
        for _ in 0..<1000 {
            var chooser = SlideChooser(seed: random.next())
            let map = chooser.directMapBase()
            let image = chooser.imageBase()
            let area = chooser.areaBase()
            #expect(map >= KernelLayout.start && map < 0x6a00_0000_0000 && map & (1 << 30 - 1) == 0)
            #expect(image >= 0x6a00_0000_0000 && image < 0x6c00_0000_0000 && image & (1 << 21 - 1) == 0)
            #expect(area >= 0x6c00_0000_0000 && area < KernelLayout.end && area & (1 << 21 - 1) == 0)
        }
    }

    @Test("Seeds next to each other choose places all over")
    func spread() {
        var buckets = [Int](repeating: 0, count: 64)
        var seen: Set<UInt> = []
        for seed in 0..<UInt64(6400) {
            var chooser = SlideChooser(seed: seed)
            let image = chooser.imageBase()
            seen.insert(image)
            buckets[Int((image - 0x6a00_0000_0000) >> 33)] += 1
        }
        // 100 on average; a fair choice is outside of these bounds less often than once in a million.
        #expect(buckets.allSatisfy { (50...160).contains($0) }, "\(buckets)")
        #expect(seen.count > 6200)
    }
}
