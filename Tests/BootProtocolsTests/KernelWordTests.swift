// SPDX-License-Identifier: Apache-2.0

// What the kernel's words promise: the grammar, other words left alone, wrong ones reported by place, nothing traps.

import BootProtocols
import ByteCodec
import Testing

/// The words of a line, and the text of those that were refused.
func words(_ line: String) -> (words: [KernelWord], refused: [String]) {
    let bytes = Array(line.utf8)
    var reader = KernelWordReader(bytes.rawBytes)
    var found: [KernelWord] = []
    var refused: [String] = []
    while true {
        do throws(KernelWordError) {
            guard let word = try reader.next() else { return (found, refused) }
            found.append(word)
        } catch {
            refused.append("\(String(decoding: bytes[error.word], as: UTF8.self)): \(error.reason)")
        }
    }
}

@Suite("KernelWordReader")
struct KernelWordTests {
    @Test("Words that are not for the kernel are skipped")
    func others() {
        let found = words("console=ttyS0  quiet apusx apus\tapus.trace reboot=k")
        #expect(found.words == [.trace])
        #expect(found.refused.isEmpty)
    }

    @Test("Every word of the grammar is understood")
    func grammar() {
        #expect(words("apus.slide=fixed").words == [.slide(.fixed)])
        #expect(words("apus.slide=random").words == [.slide(.random)])
        #expect(words("apus.slide=0x1000").words == [.slide(.value(0x1000))])
        #expect(words("apus.slide=fFff000000000000").words == [.slide(.value(0xffff_0000_0000_0000))])
        #expect(words("apus.log=debug").words == [.log(.debug)])
        #expect(words("apus.selftest=heap").words == [.selftest(name: 14..<18)])
        #expect(words("apus.failalloc=17").words == [.failAllocation(17)])
        #expect(
            words("virtio_mmio.device=512@0xfeb00e00:12").words
                == [.virtioMMIO(base: 0xfeb0_0e00, size: 512, interrupt: 12)])
        #expect(
            words("virtio_mmio.device=4K@0xd0000000:5:0").words
                == [.virtioMMIO(base: 0xd000_0000, size: 4096, interrupt: 5)])
    }

    @Test("A seed is 64 digits, read as 32 bytes")
    func seed() throws {
        let line = Array(("apus.seed=" + String(repeating: "0fA5", count: 16)).utf8)
        var reader = KernelWordReader(line.rawBytes)
        guard case .seed(let digits) = try reader.next() else {
            Issue.record("no seed")
            return
        }
        #expect(reader.seedByte(digits, at: 0) == 0x0f)
        #expect(reader.seedByte(digits, at: 31) == 0xa5)
    }

    @Test(
        "A wrong word is reported by name and reading goes on",
        arguments: [
            ("apus.traec", "unknown"), ("apus.", "unknown"), ("apus.trace=1", "unexpectedValue"),
            ("apus.slide", "missingValue"), ("apus.slide=", "badValue"), ("apus.slide=0x", "badValue"),
            ("apus.slide=12345678123456781", "badValue"), ("apus.seed=12", "badValue"), ("apus.log=loud", "badValue"),
            ("apus.failalloc=0", "badValue"), ("apus.failalloc=99999999999999999999", "badValue"),
            ("virtio_mmio.device=512", "badValue"), ("virtio_mmio.device=512@0x1", "badValue"),
            ("virtio_mmio.device=0@0x1:5", "badValue"), ("virtio_mmio.device=512@zz:5", "badValue"),
            ("virtio_mmio.device=512@0xffffffffffffffff:5", "badValue"), ("virtio_mmio.device=512@1:5:x", "badValue"),
            ("virtio_mmio.device=99999999999999999999G@1:5", "badValue"), ("virtio_mmio.device=@1:5", "badValue"),
        ])
    func wrongWords(word: String, reason: String) {
        let found = words("quiet \(word) apus.trace")
        #expect(found.refused == ["\(word): \(reason)"])
        #expect(found.words == [.trace])
    }

    @Test("The line ends at a NUL")
    func endsAtNUL() {
        #expect(words("apus.trace\0apus.bad").refused.isEmpty)
    }

    @Test("Flips of a valid line never trap")
    func fuzz() {
        let line = Array(
            "apus.trace apus.slide=0x1000 apus.log=info apus.failalloc=3 virtio_mmio.device=4K@0xd0000000:5:0".utf8)
        var mutator = Mutator(state: UInt64.random(in: 1...UInt64.max))
        print("KernelWordTests.fuzz seed \(mutator.state)")
        for _ in 0..<5000 {
            let bytes = mutator.mutate(line, changes: 4)
            var reader = KernelWordReader(bytes.rawBytes)
            for _ in 0..<100 {
                do throws(KernelWordError) { if try reader.next() == nil { break } } catch { continue }
            }
        }
    }
}
