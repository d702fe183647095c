// SPDX-License-Identifier: Apache-2.0

// What looking at kernel images promises: a note is found, completed and read back; what is no image, or one of other
// versions, is refused with the reason; and no damage is a crash.

import BootProtocols
import ByteCodec
import DamagedBytes
import HostSystem
import Testing

@testable import ImageBuilder

@Suite("KernelImageFile")
struct KernelImageFileTests {
    /// An ELF file with one loadable segment and one of notes: Xen's, then ours.
    static func image(record: (UInt32, UInt32) = (1, 1), channel: UInt32 = ControlChannel.protocolVersion) -> [UInt8] {
        var file = ProgramClosureTests.program(segmentType: 4)
        var notes: [UInt8] = []
        func note(_ name: String, _ type: UInt32, _ description: [UInt8]) {
            notes.appendLittleEndian(UInt32(name.utf8.count + 1))
            notes.appendLittleEndian(UInt32(description.count))
            notes.appendLittleEndian(type)
            notes += Array(name.utf8) + [0]
            notes.appendZeros(toMultipleOf: 4)
            notes += description
        }
        note("Xen", 18, [0, 0, 0x10, 0])
        var description: [UInt8] = []
        for word in [1, record.0, record.1, channel] { description.appendLittleEndian(word) }
        description.appendZeros(200)
        note("Apus", 1, description)
        // The second program header is the notes' segment: offset and sizes.
        let header = 64 + 56
        file.replaceLittleEndian(at: header + 8, with: UInt64(file.count))
        file.replaceLittleEndian(at: header + 32, with: UInt64(notes.count))
        file.replaceLittleEndian(at: header + 40, with: UInt64(notes.count))
        return file + notes
    }

    private func refusal(_ bytes: [UInt8]) -> ToolError? {
        do throws(ToolError) {
            try KernelImageFile(bytes, "/k").checkVersions()
            return nil
        } catch { return error }
    }

    @Test("Build id and components are put into the note and read back")
    func completion() throws {
        var file = try KernelImageFile(Self.image(), "/k")
        #expect(try file.facts().buildID == nil)
        let id = String(repeating: "0f", count: 32)
        try file.complete(buildID: id, components: ["ELF", "Linux"])
        let again = try KernelImageFile(file.bytes, "/k")
        #expect(try again.facts().components == ["ELF", "Linux"] && again.facts().buildID == id)
        #expect(file.bytes.count == Self.image().count)
        #expect(throws: ToolError.self) { try file.complete(buildID: "0f", components: []) }
    }

    @Test("Another version of the record or the channel is refused, with both numbers and a remedy")
    func versions() throws {
        #expect(refusal(Self.image()) == nil && refusal(Self.image(record: (0, 9))) == nil)
        let record = try #require(refusal(Self.image(record: (2, 3))))
        #expect(record.status == .badData && record.why.contains("version 2 to 3") && record.remedy != nil)
        let channel = try #require(refusal(Self.image(channel: 99)))
        #expect(channel.why.contains("version 99 of the control channel"))
    }

    @Test("What is no image is refused: text, programs without a note, other processors")
    func others() throws {
        #expect(try #require(refusal(Array("hello".utf8))).why.contains("not a kernel image"))
        #expect(try #require(refusal(ProgramClosureTests.program())).why.contains("no note"))
        #expect(try #require(refusal(ProgramClosureTests.program(machine: 183))).why.contains("AArch64"))
        #expect(try #require(refusal([])).status == .badData)
    }

    @Test("Damaged images are refused or read, never more")
    func damage() {
        var damage = Damage(seed: UInt64.random(in: 0...UInt64.max), rounds: 3000)
        var refused = 0
        damage.forEach(Self.image()) { bytes in if refusal(bytes) != nil { refused += 1 } }
        #expect(refused > 500)
    }
}
