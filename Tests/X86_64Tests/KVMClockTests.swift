// SPDX-License-Identifier: Apache-2.0

// KVM's time record as its documentation computes with it; no machine here has one.

#if arch(x86_64)
import Testing

@testable import X86_64

@Suite("KVM's clock")
struct KVMClockTests {
    private func record(
        version: UInt32 = 2, counter: UInt64 = 0, nanoseconds: UInt64 = 0, multiplier: UInt32, shift: Int8
    ) -> KVMTimeRecord? {
        KVMTimeRecord([
            UInt64(version), counter, nanoseconds, UInt64(multiplier) | UInt64(UInt8(bitPattern: shift)) << 32,
        ])
    }

    @Test(
        "The frequency is that of which multiplier and shift were made",
        arguments: [1_000_000, 999_999_999, 1_000_000_000, 2_500_000_000, 3_699_850_000] as [UInt64])
    func frequency(hertz: UInt64) throws {
        // As KVM chooses them: the multiplier has 32 significant bits.
        var shift = 0
        func multiplier() -> Double {
            let shifted = shift < 0 ? Double(hertz) / Double(1 << -shift) : Double(hertz) * Double(1 << shift)
            return 1e9 / shifted * 4_294_967_296
        }
        while multiplier() >= 4_294_967_296 { shift += 1 }
        while multiplier() < 2_147_483_648 { shift -= 1 }
        let found = try #require(record(multiplier: UInt32(multiplier()), shift: Int8(shift)))
        let error = Double(found.frequency) - Double(hertz)
        #expect(error.magnitude / Double(hertz) < 1e-8)
        let second = found.nanoseconds(at: hertz)
        #expect((Double(second) - 1e9).magnitude < 20)
    }

    @Test("Time goes on from its base")
    func base() throws {
        let found = try #require(record(counter: 1000, nanoseconds: 77, multiplier: 0x8000_0000, shift: 1))
        #expect(found.nanoseconds(at: 1000) == 77)
        #expect(found.nanoseconds(at: 1500) == 577)
        #expect(found.frequency == 1_000_000_000)
    }

    @Test("A record that is being written, or was never, says nothing")
    func unwritten() {
        #expect(record(version: 3, multiplier: 1, shift: 0) == nil)
        #expect(record(version: 0, multiplier: 1, shift: 0) == nil)
        #expect(record(multiplier: 0, shift: 0) == nil)
        #expect(record(multiplier: 1, shift: -128) == nil)
    }
}
#endif
