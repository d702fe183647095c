// SPDX-License-Identifier: Apache-2.0
//
// The control channel and the standard streams over the real console driver and a host that behaves as QEMU does.
// Whatever would have to wait is tried in non-blocking mode: unit tests have no second thread.

import BootProtocols
import Containers
import DeviceModel
import Events
import LinuxABI
import Memory
import TestSupport
import Testing
import UserMemory
import VirtIOConsole

@testable import ControlChannel

@Suite struct HostChannelTests {
    private let host = FakeConsoleHost(names: ["apus.control", "apus.stdin", "apus.stdout", "apus.stderr"])
    private let router = FakeInterruptRouter()
    private let requests = Requests()
    private let channel: HostChannel

    init() throws {
        TestMachine.start()
        let console = try VirtIOConsole(FakeVirtIOTransport(host.device), DriverContext(interrupts: router))
        channel = try HostChannel.connect(to: console, requests: requests, until: nil)
    }

    private func interrupt() { router.raise(line: FakeVirtIOTransport.interruptLine) }

    private func tell(_ message: HostMessage) {
        var bytes: [UInt8] = []
        message.frame.encode(to: &bytes)
        _ = host.give(bytes, to: 1)
        interrupt()
    }

    private func heard() throws -> [GuestMessage] {
        var decoder = ControlFrameDecoder()
        let bytes = host.sent[1] ?? []
        decoder.feed(bytes.span.rawBytes)
        var messages: [GuestMessage] = []
        while let frame = try decoder.next() { messages.append(try GuestMessage(frame)) }
        return messages
    }

    private func read(_ limit: Int = 10_000) throws -> [UInt8] {
        var buffer = IOBuffer(collecting: limit)
        let count = try channel.input.read(into: &buffer, .nonBlocking)
        let bytes = buffer.collected
        #expect(bytes.count == count)
        return bytes
    }

    private func write(_ bytes: [UInt8]) throws -> Int {
        var buffer = IOBuffer(sending: bytes)
        return try channel.output.write(from: &buffer, .nonBlocking)
    }

    @Test("connecting opens the ports and says hello")
    func hello() throws {
        #expect(host.guestOpen == [1, 2, 3, 4])
        #expect(try heard() == [.hello(protocolVersion: ControlChannel.protocolVersion)])
    }

    @Test("messages arrive whole and in order")
    func messages() throws {
        let archive = (0..<30_000).map { UInt8(truncatingIfNeeded: $0) }
        channel.send(.output(archive: archive))
        channel.send(.exit(.exited(status: 42)))
        #expect(
            try heard() == [
                .hello(protocolVersion: ControlChannel.protocolVersion), .output(archive: archive),
                .exit(.exited(status: 42)),
            ])
    }

    @Test("what the host asks reaches the kernel, however it is cut up")
    func requestsArrive() {
        tell(.signal(number: 15))
        tell(.resize(rows: 24, columns: 80))
        var bytes: [UInt8] = []
        HostMessage.stop.frame.encode(to: &bytes)
        HostMessage.signal(number: 2).frame.encode(to: &bytes)
        for byte in bytes {
            _ = host.give([byte], to: 1)
            interrupt()
        }
        #expect(requests.heard == ["signal 15", "resize 24x80", "stop", "signal 2"])
    }

    @Test("an unknown message is passed over, a broken frame ends the conversation")
    func strayMessages() {
        var bytes: [UInt8] = []
        ControlFrame(type: 200, payload: [1, 2, 3]).encode(to: &bytes)
        _ = host.give(bytes, to: 1)
        tell(.signal(number: 1))
        #expect(requests.heard == ["signal 1"])
        // type 131, second field not zero
        _ = host.give([131, 0, 1, 0, 1, 0, 0, 0, 9], to: 1)
        interrupt()
        tell(.signal(number: 2))
        #expect(requests.heard == ["signal 1"])
    }

    @Test("a frame longer than any message ends the conversation")
    func longFrame() {
        _ = host.give([131, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], to: 1)
        interrupt()
        tell(.stop)
        #expect(requests.heard == [])
    }

    @Test("input is byte-exact and ends where the host says")
    func inputEnds() throws {
        let sent = (0..<9000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var rest = host.give(sent, to: 2)
        tell(.inputEnd(totalByteCount: 9000))
        var received: [UInt8] = []
        while true {
            let piece = try read(1000)
            if piece.isEmpty { break }
            received += piece
            rest = host.give(rest, to: 2)
        }
        #expect(received == sent)
        #expect(channel.input.poll().isSuperset(of: [.readable, .hangUp]))
    }

    @Test("the end may come before the bytes")
    func endOvertakes() throws {
        tell(.inputEnd(totalByteCount: 3))
        #expect(throws: Errno.wouldBlock) { try read() }
        _ = host.give([1, 2, 3], to: 2)
        #expect(try read() == [1, 2, 3])
        #expect(try read() == [])
    }

    @Test("an empty input ends at once")
    func emptyInput() throws {
        tell(.inputEnd(totalByteCount: 0))
        #expect(try read() == [])
    }

    @Test("without input a non-blocking read would block, and poll says no")
    func noInput() {
        #expect(throws: Errno.wouldBlock) { try read() }
        #expect(channel.input.poll() == [])
        _ = host.give([1], to: 2)
        #expect(channel.input.poll() == [.readable, .readableNormal])
        #expect(channel.input.readableCount == 1)
    }

    @Test("a host that goes away ends the input after the bytes that are there")
    func inputHangUp() throws {
        _ = host.give([1, 2], to: 2)
        host.tell(port: 2, event: 6, value: 0)
        interrupt()
        #expect(try read() == [1, 2])
        #expect(try read() == [])
    }

    @Test("output is byte-exact")
    func output() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        #expect(try write(bytes) == 100_000)
        #expect(host.sent[3] == bytes)
        #expect(host.sent[4] == nil)
    }

    @Test("a host that does not read makes writers wait and loses nothing")
    func backPressure() throws {
        host.takesBytes = false
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        let first = try write(bytes)
        #expect(first == 4 * 4096)
        #expect(throws: Errno.wouldBlock) { try write([1]) }
        #expect(channel.output.poll() == [])
        host.takesBytes = true
        host.takeBytes()
        #expect(channel.output.poll() == [.writable, .writableNormal])
        #expect(try write(Array(bytes[first...])) == bytes.count - first)
        #expect(host.sent[3] == bytes)
    }

    @Test("a host that has closed its end breaks the pipe")
    func outputHangUp() throws {
        host.tell(port: 3, event: 6, value: 0)
        interrupt()
        #expect(throws: Errno.brokenPipe) { try write([1]) }
        #expect(channel.output.poll().contains(.error))
    }

    @Test("draining an idle channel returns at once; last words need no lock")
    func lastWords() throws {
        _ = try write([1])
        channel.drain()
        channel.sendLastWords(.panic(report: Array("boom".utf8)))
        #expect(try heard().last == .panic(report: Array("boom".utf8)))
    }
}

private final class Requests: HostRequests, @unchecked Sendable {
    var heard: [String] = []

    func hostAsksToStop() { heard.append("stop") }
    func hostSends(signal number: UInt8) { heard.append("signal \(number)") }
    func hostResized(rows: UInt16, columns: UInt16) { heard.append("resize \(rows)x\(columns)") }
    func hostAsksForThreads() { heard.append("threads") }
}
