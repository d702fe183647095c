// SPDX-License-Identifier: Apache-2.0
//
// The serial channel over a fake line: what it says byte for byte, what it does with what it hears, and that a reader who
// has no room is not sent anything.

import BootProtocols
import ByteCodec
import Containers
import DeviceModel
import SerialChannel
import TestSupport
import Testing

@Suite(.serialized) struct SerialChannelTests {
    private let line = FakeByteStreamPort()
    private let client = Client()

    init() { TestMachine.start() }

    private final class Client: SerialChannelClient, @unchecked Sendable {
        var stops = 0
        var signals: [UInt8] = []
        var ends = 0
        func hostAsksToStop() { stops += 1 }
        func hostSends(signal number: UInt8) { signals.append(number) }
        func channelHasEnded() { ends += 1 }
    }

    /// What the channel has said since the last call.
    private func said() throws -> [GuestMessage] {
        var decoder = ControlFrameDecoder()
        decoder.feed(line.takeSentBytes().rawBytes)
        var messages: [GuestMessage] = []
        while let frame = try decoder.next() { messages.append(try GuestMessage(frame)) }
        #expect(decoder.pendingByteCount == 0)
        return messages
    }

    private func say(_ message: HostMessage) {
        var bytes: [UInt8] = []
        message.frame.encode(to: &bytes)
        line.arrive(bytes)
    }

    private func input(_ bytes: [UInt8]) {
        var frame: [UInt8] = []
        ControlFrame(type: HostMessage.inputFrameType, payload: bytes).encode(to: &frame)
        line.arrive(frame)
    }

    private func read(_ channel: SerialChannel, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let got = try channel.read(into: &raw)
        return Array(bytes.prefix(got))
    }

    @Test("hello comes first, then streams and the end as they are said")
    func says() throws {
        let channel = try SerialChannel.connect(over: line, for: client)
        #expect(try said() == [.hello(protocolVersion: ControlChannel.protocolVersion)])
        channel.write([1, 2].span.rawBytes, to: .output)
        channel.write([3].span.rawBytes, to: .error)
        channel.end(7)
        #expect(try said() == [.standardOutput([1, 2]), .standardError([3]), .exit(.exited(status: 7))])
    }

    @Test("input has room when it is first read, and ends after as many bytes as the host has counted")
    func reads() throws {
        let channel = try SerialChannel.connect(over: line, for: client)
        _ = try said()
        say(.inputEnd(totalByteCount: 3))
        // A host that does not wait for room: its byte is lost, and the count does not hide that.
        input([9])
        let before = try said()
        #expect(before.isEmpty)
        line.onSend = { [line] in if line.sent.count == 12 { input([1, 2, 3]) } }
        #expect(try read(channel, 2) == [1, 2])
        #expect(try said() == [.inputRoom(byteCount: 4096)])
        #expect(try read(channel, 8) == [3])
        #expect(try read(channel, 8) == [])
        #expect(try said() == [], "nothing is worth a message before half of the room is free again")
    }

    @Test("a signal ends the machine at once where nobody is in the middle of a frame")
    func signals() throws {
        let channel = try SerialChannel.connect(over: line, for: client)
        _ = try said()
        say(.signal(number: 2))
        say(.stop)
        #expect(client.signals == [2] && client.stops == 1)
        channel.endSoon(130)
        #expect(try said() == [.exit(.exited(status: 130))])
        #expect(client.ends == 1)
    }

    @Test("a signal that comes in the middle of a frame waits for its end")
    func signalInFrame() throws {
        let channel = try SerialChannel.connect(over: line, for: client)
        _ = try said()
        var isFirst = true
        line.onSend = {
            if isFirst {
                isFirst = false
                channel.endSoon(143)
            }
        }
        channel.write([5, 6].span.rawBytes, to: .output)
        #expect(try said() == [.standardOutput([5, 6]), .exit(.exited(status: 143))])
        #expect(client.ends == 1)
    }

    @Test("a host that cannot be understood is not heard any more")
    func deaf() throws {
        let channel = try SerialChannel.connect(over: line, for: client)
        _ = try said()
        line.arrive([1, 0, 1, 0, 0, 0, 0, 0])
        say(.signal(number: 2))
        #expect(client.signals.isEmpty)
        channel.write([1].span.rawBytes, to: .output)
        #expect(try said() == [.standardOutput([1])])
    }
}
