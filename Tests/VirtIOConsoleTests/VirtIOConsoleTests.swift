// SPDX-License-Identifier: Apache-2.0
//
// The console driver against a host that behaves as QEMU does.

import Containers
import DeviceModel
import Memory
import Sync
import TestSupport
import Testing
import VirtIO

@testable import VirtIOConsole

@Suite struct VirtIOConsoleTests {
    private let host = FakeConsoleHost(names: ["apus.control", "apus.stdin", "apus.stdout", "apus.stderr"])
    private let router = FakeInterruptRouter()
    private let client = FakeStreamClient()

    init() { TestMachine.start() }

    private func attach() throws -> VirtIOConsole {
        try VirtIOConsole(FakeVirtIOTransport(host.device), DriverContext(interrupts: router))
    }

    private func interrupt() { router.raise(line: FakeVirtIOTransport.interruptLine) }

    private func read(_ port: any WindowedByteStreamPort, _ limit: Int = 8192) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        let count = port.receive(into: &raw)
        return Array(bytes.prefix(count))
    }

    private func readAll(_ port: any WindowedByteStreamPort) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let piece = read(port)
            if piece.isEmpty { return all }
            all += piece
        }
    }

    @Test("a host that answers at once has named every port when attach returns")
    func handshake() throws {
        let console = try attach()
        #expect(host.readyPorts == [1, 2, 3, 4])
        #expect(host.droppedMessages == 0)
        for name: StaticString in ["apus.control", "apus.stdin", "apus.stdout", "apus.stderr"] {
            #expect(console.port(named: name)?.isConnected == true)
        }
        #expect(console.port(named: "apus.other") == nil)
        #expect(host.guestOpen == [])
    }

    @Test("a host that answers later is heard by interrupt, and the watcher is told")
    func lateHandshake() throws {
        host.answersAtOnce = false
        let console = try attach()
        let watcher = Watcher()
        console.watch(watcher)
        #expect(console.port(named: "apus.stdin") == nil)
        for _ in 0..<3 {
            host.runControl()
            interrupt()
        }
        #expect(console.port(named: "apus.stdin") != nil)
        #expect(watcher.appearances == 4)
    }

    @Test("a host without multiport is refused")
    func singlePort() {
        let host = FakeConsoleHost(names: ["a"], offered: [.version1])
        #expect(throws: DeviceError.unsupported("the device lacks a feature that the driver needs")) {
            try VirtIOConsole(
                FakeVirtIOTransport(host.device), DriverContext(interrupts: FakeInterruptRouter()))
        }
    }

    @Test("ports beyond the driver's limit are declined")
    func manyPorts() throws {
        let host = FakeConsoleHost(names: (1...12).map { "p\($0)" })
        _ = try VirtIOConsole(FakeVirtIOTransport(host.device), DriverContext(interrupts: router))
        #expect(host.readyPorts == [1, 2, 3, 4, 5, 6])
    }

    @Test("bytes from the host arrive in order, and a slow reader holds the host back")
    func receives() throws {
        let port = try #require(try attach().port(named: "apus.stdin"))
        try port.open(client, .receiving)
        #expect(host.guestOpen == [2])
        let sent = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        var rest = host.give(sent, to: 2)
        #expect(rest.count == 20_000 - 4096, "one page of buffers")
        interrupt()
        #expect(client.byteNotices > 0)
        var received: [UInt8] = []
        while received.count < sent.count {
            received += readAll(port)
            rest = host.give(rest, to: 2)
        }
        #expect(received == sent)
    }

    @Test("a window stays the reader's until it is consumed")
    func windows() throws {
        let port = try #require(try attach().port(named: "apus.stdin"))
        try port.open(client, .receiving)
        _ = host.give(Array("hello".utf8), to: 2)
        let window = try #require(port.receivedWindow())
        let address = UInt64(window.frame.rawValue) << 12 + UInt64(window.offset)
        #expect(GuestMemory.read(address, window.count) == Array("hello".utf8))
        port.consume(2)
        #expect(port.receivedWindow()?.count == 3)
        #expect(read(port, 2) == Array("ll".utf8))
        #expect(read(port) == Array("o".utf8))
        #expect(port.receivedWindow() == nil)
    }

    @Test("bytes to the host arrive in order")
    func sends() throws {
        let port = try #require(try attach().port(named: "apus.stdout"))
        try port.open(client, .sending)
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try port.send(bytes.span.rawBytes) == 10_000)
        #expect(host.sent[3] == bytes)
        #expect(port.isSendIdle())
        #expect(host.device.causes == [], "no interrupts while there is room")
    }

    @Test("a full host makes the sender wait, and its next look wakes it")
    func backPressure() throws {
        let port = try #require(try attach().port(named: "apus.stdout"))
        try port.open(client, .sending)
        host.takesBytes = false
        let bytes = (0..<30_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let accepted = try port.send(bytes.span.rawBytes)
        #expect(accepted == 4 * 4096)
        #expect(!port.isSendIdle())
        interrupt()
        #expect(client.roomNotices == 0)

        host.takesBytes = true
        host.takeBytes()
        interrupt()
        #expect(client.roomNotices == 1)
        interrupt()
        #expect(client.roomNotices == 1)
        #expect(try port.send(bytes.span.rawBytes.extracting(accepted..<bytes.count)) == bytes.count - accepted)
        #expect(host.sent[3] == bytes)
    }

    @Test("a send window that is given back sends nothing")
    func emptyCommit() throws {
        let port = try #require(try attach().port(named: "apus.stdout"))
        try port.open(client, .sending)
        #expect(try port.sendWindow()?.count == 4096)
        port.commit(0)
        #expect(host.sent[3] == nil)
        #expect(try port.sendWindow() != nil)
    }

    @Test("last words are sent without interrupts, on pages that are there")
    func lastWords() throws {
        let port = try #require(try attach().port(named: "apus.control"))
        try port.open(client, .sending)
        // Without a page there is nothing to send them on: a crash cannot allocate.
        port.sendPolling(Array("lost".utf8).span.rawBytes)
        #expect(host.sent[1] == nil)
        #expect(try port.send(Array("good".utf8).span.rawBytes) == 4)
        port.sendPolling(Array("bye".utf8).span.rawBytes)
        #expect(host.sent[1] == Array("goodbye".utf8))
    }

    @Test("last words do not wait for a lock that the crashed sender holds, nor for its page")
    func lastWordsUnderALock() throws {
        let port = try #require(try attach().port(named: "apus.control") as? ConsolePort)
        try port.open(client, .sending)
        #expect(try port.send(Array("a".utf8).span.rawBytes) == 1)
        port.sending.withLock { _ in port.sendPolling(Array("b".utf8).span.rawBytes) }
        port.link.withLock { _ in port.sendPolling(Array("c".utf8).span.rawBytes) }
        #expect(host.sent[1] == Array("a".utf8))
        // A sender that was filling the only page: there is none for the last words, and they do not hang.
        #expect(try port.sendWindow() != nil)
        port.sendPolling(Array("d".utf8).span.rawBytes)
        #expect(host.sent[1] == Array("a".utf8))
    }

    @Test("the host's end closing and opening is told to the client")
    func connection() throws {
        let port = try #require(try attach().port(named: "apus.stdout"))
        try port.open(client, .sending)
        host.tell(port: 3, event: 6, value: 0)
        interrupt()
        #expect(!port.isConnected)
        host.tell(port: 3, event: 6, value: 1)
        interrupt()
        #expect(port.isConnected)
        #expect(client.connectionNotices == 2)
    }

    @Test("a new window size is told to the watcher, columns first on the wire")
    func resize() throws {
        let console = try attach()
        let watcher = Watcher()
        console.watch(watcher)
        host.tell(port: 1, event: 5, value: 0, payload: [132, 0, 43, 0])
        interrupt()
        #expect(watcher.sizes == ["43x132"])
    }

    @Test("control messages that mean nothing are ignored")
    func strayControl() throws {
        _ = try attach()
        for event: UInt16 in [0, 2, 3, 4, 99] { host.tell(port: 200, event: event, value: 1) }
        host.tell(port: 1, event: 5, value: 0, payload: [1])
        interrupt()
        #expect(host.device.status.contains(.driverOK))
    }

    @Test("a port has one client")
    func oneClient() throws {
        let port = try #require(try attach().port(named: "apus.stdin"))
        try port.open(client, .receiving)
        #expect(throws: DeviceError.busy) { try port.open(FakeStreamClient(), .receiving) }
    }

    @Test("a device that breaks the ring is reset and its clients are told")
    func brokenRing() throws {
        let port = try #require(try attach().port(named: "apus.stdin"))
        try port.open(client, .receiving)
        host.device.queues[6]?.pushRaw(head: 77, length: 1)
        host.device.causes = .queue
        interrupt()
        #expect(read(port) == [])
        #expect(host.device.status == [])
        #expect(client.connectionNotices == 1)
        #expect(!port.isConnected)
        #expect(throws: DeviceError.ended) { try port.send([1].span.rawBytes) }
    }

    @Test("a silenced console touches nothing any more")
    func quiesce() throws {
        let console = try attach()
        let port = try #require(console.port(named: "apus.stdout"))
        try port.open(client, .sending)
        console.quiesce()
        #expect(host.device.status == [])
        #expect(throws: DeviceError.ended) { try port.send([1].span.rawBytes) }
        port.sendPolling([1].span.rawBytes)
        #expect(host.sent[3] == nil)
    }
}

private final class Watcher: ConsoleWatcher, @unchecked Sendable {
    var appearances = 0
    var sizes: [String] = []

    func consolePortAppeared() { appearances += 1 }
    func consoleResized(rows: UInt16, columns: UInt16) { sizes.append("\(rows)x\(columns)") }
}
