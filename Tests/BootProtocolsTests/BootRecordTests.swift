// SPDX-License-Identifier: Apache-2.0

// What the boot record promises: fixed bytes, everything written reads back, each defect has a name, nothing traps.

import BootProtocols
import ByteCodec
import Testing

func items(_ record: [UInt8]) throws(BootRecordError) -> [BootRecordItem] {
    var reader = try BootRecordReader(record.rawBytes)
    var items: [BootRecordItem] = []
    while let item = try reader.next() { items.append(item) }
    return items
}

func strings(_ record: [UInt8], _ range: Range<Int>) -> [String] {
    var walker = NULTerminatedStrings(record.rawBytes, in: range)
    let count = walker.remainingCount()
    var found: [String] = []
    while let string = walker.next() { found.append(String(decoding: record[string], as: UTF8.self)) }
    #expect(found.count == count)
    return found
}

/// A small generator (xorshift) for seeded mutations.
struct Mutator {
    var state: UInt64

    mutating func mutate(_ bytes: [UInt8], changes: Int) -> [UInt8] {
        var copy = bytes
        for _ in 0..<changes {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            copy[Int(state >> 16) % copy.count] = UInt8(truncatingIfNeeded: state)
        }
        return copy
    }
}

@Suite("BootRecord")
struct BootRecordTests {
    let header: [UInt8] = [
        0x41, 0x50, 0x55, 0x53, 0x42, 0x4f, 0x4f, 0x54,  // "APUSBOOT"
        0x01, 0x00, 0x00, 0x00,  // version
    ]

    func full() -> [UInt8] {
        var writer = BootRecordWriter()
        writer.append(.program, .critical, payload: Array("/bin/true".utf8))
        writer.append(.arguments, .critical, strings: [Array("true".utf8), [], Array("-x".utf8)])
        writer.append(.environment, .critical, strings: [Array("A=b".utf8)])
        writer.append(.workingDirectory, .critical, payload: Array("/".utf8))
        writer.appendIdentity(userID: 1000, groupID: 100, supplementaryGroups: [4, 24])
        writer.append(.hostname, .optional, payload: Array("apus".utf8))
        writer.appendStreams(input: .bytes, output: .terminal, error: .closed, rows: 24, columns: 80)
        writer.append(.seed, .optional, payload: [UInt8](repeating: 7, count: 32))
        writer.append(.epoch, .optional, number: UInt64(1_700_000_000_000_000_000))
        writer.append(.counterFrequency, .optional, number: UInt64(2_400_000))
        writer.append(.outputs, .critical, strings: [Array("/out".utf8)])
        writer.append(.fileModeMask, .critical, number: UInt32(0o022))
        writer.append(.trace, .optional, number: BootRecord.TraceOptions.systemCalls.rawValue)
        writer.appendLimits([BootRecordLimit(resource: 7, soft: 1024, hard: 4096)])
        writer.append(.pageAlignedArchive, .optional, payload: [])
        return writer.bytes
    }

    @Test("The bytes are those of the specification")
    func bytes() {
        var writer = BootRecordWriter()
        writer.append(.program, .critical, payload: Array("/x".utf8))
        #expect(
            writer.bytes
                == header + [
                    0x01, 0x00,  // kind: program
                    0x01, 0x00,  // flags: critical
                    0x02, 0x00, 0x00, 0x00,  // length
                    0x2f, 0x78, 0x00, 0x00,  // "/x", padded
                ])
    }

    @Test("Everything that is written reads back")
    func roundTrip() throws {
        let record = full()
        let found = try items(record)
        #expect(found.count == 15 && found[14] == .pageAlignedArchive)
        guard case .program(let program) = found[0], case .arguments(let arguments) = found[1],
            case .identity(1000, 100, let groups) = found[4], case .limits(let limits) = found[13]
        else {
            Issue.record("unexpected items: \(found)")
            return
        }
        #expect(String(decoding: record[program], as: UTF8.self) == "/bin/true")
        #expect(strings(record, arguments) == ["true", "", "-x"])
        #expect(groups.count == 8)
        #expect(found[6] == .streams(input: .bytes, output: .terminal, error: .closed, rows: 24, columns: 80))
        #expect(found[8] == .epoch(nanoseconds: 1_700_000_000_000_000_000))
        #expect(found[9] == .counterFrequency(kilohertz: 2_400_000))
        #expect(found[11] == .fileModeMask(0o022))
        #expect(found[12] == .trace(.systemCalls))
        #expect(
            BootRecordLimit(parsing: record.rawBytes, at: limits.lowerBound)
                == BootRecordLimit(resource: 7, soft: 1024, hard: 4096))
    }

    @Test("An unknown record is skipped unless it is critical")
    func unknownKinds() throws {
        var writer = BootRecordWriter()
        writer.append(.init(rawValue: 999), .optional, payload: [1])
        #expect(try items(writer.bytes) == [.unknown(.init(rawValue: 999))])
        writer.append(.init(rawValue: 1000), .critical, payload: [])
        #expect(throws: BootRecordError.unknownCriticalKind(.init(rawValue: 1000))) { try items(writer.bytes) }
    }

    @Test("Defects of the frame are refused")
    func badFrames() {
        #expect(throws: BootRecordError.badMagic) { try items([]) }
        #expect(throws: BootRecordError.badMagic) { try items(Array("APUSBOO!".utf8) + [1, 0, 0, 0]) }
        #expect(throws: BootRecordError.truncated(offset: 8)) { try items(Array(header[..<10])) }
        #expect(throws: BootRecordError.unknownVersion(2)) { try items(Array(header[..<8]) + [2, 0, 0, 0]) }
        #expect(throws: BootRecordError.truncated(offset: 12)) { try items(header + [1, 0, 1]) }
        #expect(throws: BootRecordError.truncated(offset: 12)) {
            try items(header + [1, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x2f])
        }
        #expect(throws: BootRecordError.badPadding(offset: 21)) {
            try items(header + [1, 0, 1, 0, 1, 0, 0, 0, 0x2f, 9, 0, 0])
        }
        #expect(throws: BootRecordError.unknownFlags(2, kind: .program)) {
            try items(header + [1, 0, 2, 0, 0, 0, 0, 0])
        }
    }

    @Test(
        "A payload of another shape is refused with its kind",
        arguments: [
            (.program, Array("bin".utf8)), (.program, []), (.program, [0x2f, 0x00]), (.arguments, [0x41]),
            (.workingDirectory, Array("x".utf8)), (.identity, [UInt8](repeating: 0, count: 11)),
            (.identity, [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), (.hostname, []),
            (.hostname, [UInt8](repeating: 65, count: 65)), (.streams, [3, 0, 0, 0, 0, 0, 0, 0]),
            (.streams, [1, 3, 1, 0, 0, 0, 0, 0]), (.streams, [1, 1, 4, 0, 0, 0, 0, 0]),
            (.streams, [0, 0, 0, 1, 0, 0, 0, 0]), (.streams, [0]), (.seed, [1]), (.epoch, [1]),
            (.counterFrequency, [UInt8](repeating: 0, count: 8)), (.outputs, [1]),
            (.fileModeMask, [0xff, 0xff, 0, 0]), (.trace, [2, 0, 0, 0]), (.limits, [1]),
        ] as [(BootRecord.Kind, [UInt8])])
    func badPayloads(kind: BootRecord.Kind, payload: [UInt8]) {
        var writer = BootRecordWriter()
        writer.append(kind, .critical, payload: payload)
        #expect(throws: BootRecordError.badPayload(kind)) { try items(writer.bytes) }
    }

    @Test("Cuts and flips of a valid record never trap")
    func fuzz() {
        let record = full()
        for length in 0..<record.count { _ = try? items(Array(record[..<length])) }
        var mutator = Mutator(state: UInt64.random(in: 1...UInt64.max))
        print("BootRecordTests.fuzz seed \(mutator.state)")
        for _ in 0..<5000 {
            let bytes = mutator.mutate(record, changes: 3)
            for item in (try? items(bytes)) ?? [] {
                if case .arguments(let range) = item { _ = strings(bytes, range) }
                if case .limits(let range) = item { _ = BootRecordLimit(parsing: bytes.rawBytes, at: range.lowerBound) }
            }
        }
    }
}
