// SPDX-License-Identifier: Apache-2.0

// What the image note promises: fixed bytes, names and id read back, damage refused or harmless; and the numbers that the
// assembly states are those of the modules.

import BootProtocols
import ByteCodec
import DamagedBytes
import Foundation
import TestSupport
import Testing

@Suite("ImageNote")
struct ImageNoteTests {
    private let versions: [UInt8] = [
        1, 0, 0, 0,  // layout
        1, 0, 0, 0, 3, 0, 0, 0,  // boot records 1 to 3
        2, 0, 0, 0,  // control channel
    ]

    private func note(_ components: [String], room: Int = 128) throws -> [UInt8] {
        let id = (0..<32).map { UInt8($0) }
        let names = components.map { Array($0.utf8) }
        let tail = try #require(ImageNote.tail(buildID: id, components: names, room: room))
        return versions + tail
    }

    @Test("Versions, id and names are read back")
    func roundTrip() throws {
        let bytes = try note(["ELF", "Linux"])
        #expect(bytes.count == 128)
        let note = try ImageNote(parsing: bytes.rawBytes)
        #expect(note.lowestRecordVersion == 1 && note.highestRecordVersion == 3 && note.channelVersion == 2)
        #expect(note.buildID == (0..<32).map { UInt8($0) })
        #expect(note.components == [Array("ELF".utf8), Array("Linux".utf8)])
        #expect(note.reads(recordVersion: 3) && !note.reads(recordVersion: 4) && !note.reads(recordVersion: 0))
    }

    @Test("Names that find no room are left out whole")
    func room() throws {
        let bytes = try note(["ELF", "Scheduler", "CPIO"], room: 48 + 9)
        let note = try ImageNote(parsing: bytes.rawBytes)
        #expect(note.components == [Array("ELF".utf8), Array("CPIO".utf8)])
        #expect(ImageNote.tail(buildID: [1], components: [], room: 128) == nil)
        #expect(ImageNote.tail(buildID: [UInt8](repeating: 0, count: 32), components: [], room: 47) == nil)
    }

    @Test("Other layouts, short notes and empty ranges are refused")
    func refusals() throws {
        var bytes = try note([])
        #expect(throws: ImageNote.Failure.truncated(available: 20)) {
            try ImageNote(parsing: Array(bytes[..<20]).rawBytes)
        }
        bytes[4] = 9
        #expect(throws: ImageNote.Failure.badRange) { try ImageNote(parsing: bytes.rawBytes) }
        bytes[0] = 2
        #expect(throws: ImageNote.Failure.unknownLayout(2)) { try ImageNote(parsing: bytes.rawBytes) }
    }

    @Test("Damaged notes are refused or say something harmless")
    func damage() throws {
        var damage = Damage()
        let sample = try note(["ELF", "CPIO", "Linux"])
        damage.forEach(sample) { bytes in
            guard let note = try? ImageNote(parsing: bytes.rawBytes) else { return }
            #expect(note.buildID.count == 32 && note.lowestRecordVersion <= note.highestRecordVersion)
            #expect(note.components.allSatisfy { !$0.isEmpty })
        }
    }

    @Test("The kernel's note states the versions of the modules")
    func assembly() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "Sources/Machine/CMachine/x86_64/note.S"), encoding: .utf8)
        #expect(text.contains(".long \(ImageNote.layout)  "))
        #expect(text.contains(".long \(BootRecord.version), \(BootRecord.version)  "))
        #expect(text.contains(".long \(ControlChannel.protocolVersion)  "))
    }
}
