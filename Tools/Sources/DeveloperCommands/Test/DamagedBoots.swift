// SPDX-License-Identifier: Apache-2.0

// Boots machines with damaged archives: the boot record, the archive's headers and the program's ELF headers, cut and
// changed at seeded places. Whatever the damage, the machine must end by itself, with a message or with the program's own
// end, and the kernel must not crash. The tool's own reading of damaged files is tested along the way.

internal import BootProtocols
internal import ByteCodec
internal import CPIO
internal import DamagedBytes
internal import HostSystem

/// A boot archive with one program, and damaged copies of it.
struct DamagedBoots {
    /// One machine to boot.
    struct Sample {
        let name: String
        let archive: [UInt8]
    }

    private let whole: [UInt8]
    private let record: Range<Int>
    private let program: Range<Int>

    /// Makes the archive.
    ///
    /// - Parameters:
    ///   - contents: those of a static program that prints a line.
    ///   - arguments: its name first.
    init(program contents: [UInt8], arguments: [String] = ["hello"]) {
        var record = BootRecordWriter()
        record.append(.program, .critical, payload: Array("/bin/hello".utf8))
        record.append(.arguments, .critical, strings: arguments.map { Array($0.utf8) })
        record.append(.environment, .critical, strings: [Array("PATH=/bin".utf8)])
        record.append(.workingDirectory, .critical, payload: Array("/tmp".utf8))
        record.appendIdentity(userID: 1000, groupID: 100, supplementaryGroups: [4, 24])
        record.appendStreams(input: .bytes, output: .bytes, error: .bytes, rows: 0, columns: 0)
        record.append(.fileModeMask, .critical, number: UInt32(0o022))
        var writer = CPIOWriter(.pageAligned)
        var bytes: [UInt8] = []
        func member(_ name: String, _ mode: UInt32, _ contents: [UInt8]) -> Range<Int> {
            let attributes = CPIOAttributes(mode: mode, size: UInt32(contents.count))
            writer.appendHeader(attributes, name: Array(name.utf8).rawBytes, to: &bytes)
            let start = bytes.count
            bytes += contents
            writer.appendPadding(to: &bytes)
            return start..<start + contents.count
        }
        self.record = member("apus.boot", 0o100_400, record.bytes)
        _ = member("bin", 0o040_755, [])
        self.program = member("bin/hello", 0o100_755, contents)
        _ = member("bin/link", 0o120_777, Array("hello".utf8))
        writer.appendTrailer(to: &bytes)
        whole = bytes
    }

    /// The archive as it should be.
    var undamaged: Sample { Sample(name: "undamaged", archive: whole) }

    /// Damage that has been thought of, and `rounds` of each kind that has not.
    func samples(seed: UInt64, rounds: Int) -> [Sample] {
        var samples = chosen()
        var damage = Damage(seed: seed, rounds: 1)
        // Headers are a small part of the bytes: each part is damaged by itself.
        let parts: [(name: String, range: Range<Int>)] = [
            ("record", record), ("archive", 0..<record.lowerBound), ("archive", record.upperBound..<program.lowerBound),
            ("elf", program.lowerBound..<program.lowerBound + 0x200),
        ]
        for round in 0..<rounds {
            for (index, part) in parts.enumerated() {
                var piece = damage.changed(Array(whole[part.range]))
                // The rest stays where it was, so that one kind of damage is tested and not a shifted archive each time.
                piece = Array(piece.prefix(part.range.count))
                piece += Array(repeating: 0, count: part.range.count - piece.count)
                var archive = whole
                archive.replaceSubrange(part.range, with: piece)
                samples.append(Sample(name: "\(part.name) \(index)-\(round), seed \(seed)", archive: archive))
            }
        }
        return samples
    }

    private func chosen() -> [Sample] {
        var samples: [Sample] = []
        for count in [
            1, 6, 109, 110, 120, 4095, 4096, program.lowerBound + 64, program.upperBound - 1, whole.count - 200,
        ] {
            samples.append(Sample(name: "archive cut at \(count)", archive: Array(whole[..<count])))
        }
        func changed(_ name: String, _ offset: Int, _ bytes: [UInt8]) {
            var archive = whole
            archive.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            samples.append(Sample(name: name, archive: archive))
        }
        func word(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        changed("record of version 2", record.lowerBound + 8, [2])
        changed("record with a huge length", record.lowerBound + 16, word(0xffff_ffff, 4))
        changed("record of a critical kind that is unknown", record.lowerBound + 12, [0x77, 0x77, 1, 0])
        changed("archive compressed", 0, [0x1f, 0x8b, 8, 0])
        changed("archive with a huge member", 54, Array("FFFFFFFF".utf8))
        let elf = program.lowerBound
        let entries: [UInt64] = [
            0, 0x1000, 0x67ff_ffff_ffff, 0x6800_0000_0000, 0x7fff_ffff_f000, 0x8000_0000_0000, 0xffff_8000_0000_0000,
            .max,
        ]
        for entry in entries { changed("elf with entry 0x\(String(entry, radix: 16))", elf + 24, word(entry, 8)) }
        let addresses: [UInt64] = [0, 0x6800_0000_0000, 0x7fff_ffff_e000, 0xffff_ffff_ffff_f000]
        for address in addresses {
            changed("elf at 0x\(String(address, radix: 16))", elf + 64 + 16, word(address, 8))
        }
        changed("elf of another processor", elf + 18, [183, 0])
        changed("elf of 32 bits", elf + 4, [1])
        changed("elf with a huge table", elf + 56, [0xff, 0xff])
        changed("elf with a table far away", elf + 32, word(0x7fff_ffff_ffff_0000, 8))
        changed("elf with a segment of all memory", elf + 64 + 40, word(0x7000_0000_0000, 8))
        changed("elf that is a shared object", elf + 16, [3, 0])
        return samples
    }

    /// What is wrong with a machine's end; nil if it is one of those that damage may have.
    ///
    /// - Parameter mayBeSilent: whether a program may end of its own without a word.
    static func verdict(_ capture: CapturedProcess.Capture, mayBeSilent: Bool = false) -> String? {
        let errors = capture.errorText
        let end =
            "status \(capture.status)\n    "
            + errors.split(separator: "\n").suffix(8).joined(separator: "\n    ")
        if errors.includes("kernel crash") { return "the kernel crashed, " + end }
        switch capture.status {
        case 0: return nil
        case 124: return "the machine hangs, " + end
        // The program's own end, a refusal by the kernel, or a kernel that gave up with a message.
        case 1...63 where mayBeSilent: return nil
        case 1...63, 64, 65, 70, 126, 127, 128...192: return errors.isEmpty ? "no message, " + end : nil
        default: return end
        }
    }
}
