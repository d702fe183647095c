// SPDX-License-Identifier: Apache-2.0

// What the control channel promises: fixed bytes, any split of the stream, limits that hold, nothing traps.

import BootProtocols
import ByteCodec
import Testing

@Suite("Control channel")
struct ControlChannelTests {
    let guestMessages: [GuestMessage] = [
        .hello(protocolVersion: 1),
        .ready(
            counterAtEntry: 1, counterAtMain: 2, counterFrequency: 3_000_000_000, memoryTotal: 1 << 26,
            memoryUsed: 4096),
        .exit(.exited(status: 255)), .exit(.signaled(number: 11, dumpedCore: true)),
        .panic(report: Array("page fault".utf8)), .metric(name: Array("heap".utf8), value: .max),
        .streamEnd(descriptor: 1), .output(archive: [1, 2, 3]), .output(archive: []),
        .refusal(reason: Array("no program; name one".utf8)), .standardOutput([1, 2]), .standardError([]),
        .inputRoom(byteCount: 4096),
    ]
    let hostMessages: [HostMessage] = [
        .showThreads,
        .stop, .resize(rows: 24, columns: 80), .signal(number: 15), .inputEnd(totalByteCount: 1 << 40),
        .outputRoom(byteCount: 16384), .errorRoom(byteCount: 1),
    ]

    @Test("The bytes are those of the specification")
    func bytes() {
        var out: [UInt8] = []
        GuestMessage.exit(.exited(status: 7)).frame.encode(to: &out)
        HostMessage.resize(rows: 0x0102, columns: 0x0304).frame.encode(to: &out)
        #expect(
            out == [
                0x03, 0x00,  // type: exit
                0x00, 0x00,  // zero
                0x04, 0x00, 0x00, 0x00,  // length
                0x00, 0x07, 0x00, 0x00,  // exited, status 7, no core, zero
                0x82, 0x00,  // type: resize
                0x00, 0x00,  // zero
                0x04, 0x00, 0x00, 0x00,  // length
                0x02, 0x01, 0x04, 0x03,  // rows, columns
            ])
    }

    @Test("Messages survive any split of the stream", arguments: [1, 2, 3, 7, 8, 9, 64, 4096])
    func splits(pieceSize: Int) throws {
        var stream: [UInt8] = []
        for message in guestMessages { message.frame.encode(to: &stream) }
        var decoder = ControlFrameDecoder()
        var found: [GuestMessage] = []
        for start in stride(from: 0, to: stream.count, by: pieceSize) {
            decoder.feed(Array(stream[start..<min(start + pieceSize, stream.count)]).rawBytes)
            while let frame = try decoder.next() { found.append(try GuestMessage(frame)) }
        }
        #expect(found == guestMessages)
        #expect(decoder.pendingByteCount == 0)
    }

    @Test("Host messages read back")
    func hostRoundTrip() throws {
        for message in hostMessages { #expect(try HostMessage(message.frame) == message) }
    }

    @Test("The byte-wise reader hears every message, and input between them")
    func byteWise() throws {
        var stream: [UInt8] = []
        var expected: [HostFrameReader.Event] = []
        for message in hostMessages {
            message.frame.encode(to: &stream)
            ControlFrame(type: HostMessage.inputFrameType, payload: [7, 8]).encode(to: &stream)
            ControlFrame(type: HostMessage.inputFrameType).encode(to: &stream)
            ControlFrame(type: 200, payload: [1]).encode(to: &stream)
            expected += [.message(message), .input(7), .input(8)]
        }
        var reader = HostFrameReader()
        var heard: [HostFrameReader.Event] = []
        for byte in stream { if let event = try reader.take(byte) { heard.append(event) } }
        #expect(heard == expected)
    }

    @Test("The byte-wise reader refuses what the decoder refuses, and messages of more than a word")
    func byteWiseRefusals() {
        func error(_ bytes: [UInt8]) -> ControlError? {
            var reader = HostFrameReader()
            do throws(ControlError) { for byte in bytes { _ = try reader.take(byte) } } catch { return error }
            return nil
        }
        #expect(error([0x83, 0, 1, 0, 1, 0, 0, 0]) == .badHeader(type: 131))
        #expect(error([0, 0, 0, 0, 0, 0, 0, 0]) == .badHeader(type: 0))
        #expect(error([0x83, 0, 0, 0, 9, 0, 0, 0]) == .tooLong(type: 131, length: 9))
        #expect(error([0x83, 0, 0, 0, 1, 0, 0, 0, 65]) == .badPayload(type: 131))
    }

    @Test("A payload over the limit is refused before it arrives")
    func tooLong() {
        var decoder = ControlFrameDecoder(maximumPayloadByteCount: 16)
        decoder.feed([0x04, 0x00, 0x00, 0x00, 0x11, 0x00, 0x00, 0x00].rawBytes)
        #expect(throws: ControlError.tooLong(type: 4, length: 17)) { try decoder.next() }
        #expect(throws: ControlError.tooLong(type: 4, length: 17)) { try decoder.next() }
    }

    @Test("A frame whose second field is not zero is refused")
    func badHeader() {
        var decoder = ControlFrameDecoder()
        decoder.feed([0x04, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00].rawBytes)
        #expect(throws: ControlError.badHeader(type: 4)) { try decoder.next() }
    }

    @Test(
        "A payload of another shape is refused with its type",
        arguments: [
            (1, []), (2, [0]), (3, [0, 0, 0]), (3, [2, 0, 0, 0]), (3, [0, 1, 1, 0]), (3, [1, 0, 0, 0]),
            (3, [1, 65, 0, 0]),
            (3, [0, 0, 0, 1]), (5, [1]), (6, []), (6, [3]),
        ] as [(UInt16, [UInt8])])
    func badGuestPayloads(type: UInt16, payload: [UInt8]) {
        #expect(throws: ControlError.badPayload(type: type)) {
            try GuestMessage(ControlFrame(type: type, payload: payload))
        }
    }

    @Test(
        "The host's payloads are held to their shape as well",
        arguments: [(129, [1]), (130, [1]), (131, []), (131, [0]), (131, [65]), (132, [1])] as [(UInt16, [UInt8])])
    func badHostPayloads(type: UInt16, payload: [UInt8]) {
        #expect(throws: ControlError.badPayload(type: type)) {
            try HostMessage(ControlFrame(type: type, payload: payload))
        }
    }

    @Test("Unknown types are refused by number")
    func unknownTypes() {
        #expect(throws: ControlError.unknownType(99)) { try GuestMessage(ControlFrame(type: 99)) }
        #expect(throws: ControlError.unknownType(1)) { try HostMessage(ControlFrame(type: 1)) }
    }

    @Test("Flips of a valid stream never trap")
    func fuzz() {
        var stream: [UInt8] = []
        for message in guestMessages { message.frame.encode(to: &stream) }
        for message in hostMessages { message.frame.encode(to: &stream) }
        var mutator = Mutator(state: UInt64.random(in: 1...UInt64.max))
        print("ControlChannelTests.fuzz seed \(mutator.state)")
        for _ in 0..<5000 {
            var decoder = ControlFrameDecoder(maximumPayloadByteCount: 1024)
            decoder.feed(mutator.mutate(stream, changes: 3).rawBytes)
            while let frame = try? decoder.next() {
                _ = try? GuestMessage(frame)
                _ = try? HostMessage(frame)
            }
        }
    }
}
