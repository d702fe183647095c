// SPDX-License-Identifier: Apache-2.0

// Damaged archives: the reader gives members whose names and contents lie in the bytes, one behind the other, and comes
// to an end or to an error.

import ByteCodec
import CPIO
import DamagedBytes
import TestSupport
import Testing

@Suite("Damaged archives")
struct CPIODamageTests {
    private func sample(_ layout: CPIOWriter.Layout) -> [UInt8] {
        write(
            [
                MemberFixture(
                    name: "apus.boot", attributes: CPIOAttributes(mode: 0o100_600, size: 20),
                    contents: [UInt8](repeating: 1, count: 20)),
                MemberFixture(name: "bin", attributes: CPIOAttributes(mode: 0o040_755)),
                MemberFixture(
                    name: "bin/sh", attributes: CPIOAttributes(mode: 0o120_777, size: 7),
                    contents: Array("busybox".utf8)),
                MemberFixture(
                    name: "bin/busybox", attributes: CPIOAttributes(mode: 0o100_755, size: 5000),
                    contents: [UInt8](repeating: 2, count: 5000)),
                MemberFixture(name: "empty", attributes: CPIOAttributes(mode: 0o100_644)),
            ], layout)
    }

    @Test("Members lie in the bytes, one behind the other", arguments: [CPIOWriter.Layout.compact, .pageAligned])
    func members(_ layout: CPIOWriter.Layout) {
        var damage = Damage(rounds: 1000)
        var whole = 0
        damage.forEach(sample(layout)) { bytes in
            var reader = CPIOReader(bytes.rawBytes)
            var previous = 0
            do throws(CPIOError) {
                while let member = try reader.next() {
                    #expect(member.offset >= previous && member.name.lowerBound == member.offset + 110)
                    #expect(
                        !member.name.isEmpty && member.name.upperBound < member.contents.lowerBound
                            || member.contents.isEmpty)
                    #expect(member.contents.upperBound <= bytes.count)
                    #expect(member.contents.count == Int(member.attributes.size))
                    #expect(reader.offset > member.offset)
                    previous = reader.offset
                }
                whole += 1
            } catch {
                // Where it stands after an error is where a message would point.
                #expect(reader.offset <= bytes.count)
            }
        }
        // Contents may change without anybody's notice; a cut archive is noticed always.
        #expect(whole > 0)
    }

    @Test("An archive that was cut anywhere is noticed")
    func cuts() throws {
        let bytes = sample(.compact)
        // Behind the end mark there is padding only.
        let end = bytes.count - 3
        for count in stride(from: 0, to: end, by: 7) {
            #expect(throws: CPIOError.self) { try read(Array(bytes[..<count])) }
        }
    }
}
