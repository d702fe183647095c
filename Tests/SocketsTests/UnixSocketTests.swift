// SPDX-License-Identifier: Apache-2.0
//
// Sockets within the machine as unix(7) describes them, without names. Nothing here waits: every case that could is asked
// with O_NONBLOCK; names and connections are the guest cases' business.

import Containers
import Events
import FileSystem
import LinuxABI
import Sockets
import TestSupport
import Testing
import UserMemory

private let who = SocketCredentials(processID: 7, userID: 8, groupID: 9)

/// A pair in a table of descriptors, as a process would have it.
private struct Bench {
    let table = FileDescriptorTable()
    let first: Socket
    let second: Socket
    let firstNumber: Int32
    let secondNumber: Int32

    init(_ type: SocketType) throws {
        TestMachine.start()
        let volume = UnnamedVolume(device: .anonymous(8), typeName: "sockfs", magic: 1)
        let family = try UnixFamily(volume) { who }
        (first, second) = try family.makePair(type, protocol: 0, by: who)
        first.setFlags(.nonBlocking)
        second.setFlags(.nonBlocking)
        firstNumber = try table.add(first, limit: 100, .kept)
        secondNumber = try table.add(second, limit: 100, .kept)
    }
}

private func send(_ bytes: [UInt8], to socket: Socket) throws(Errno) -> Int {
    var buffer = IOBuffer(sending: bytes)
    return try socket.write(from: &buffer, [])
}

private func receive(_ count: Int, from socket: Socket) throws(Errno) -> [UInt8] {
    var buffer = IOBuffer(collecting: count)
    _ = try socket.read(into: &buffer)
    return buffer.collected
}

@Suite struct UnixSocketTests {
    @Test("a stream's bytes flow together and come out in order")
    func order() throws {
        let bench = try Bench(.stream)
        #expect(try send([1, 2, 3], to: bench.first) == 3)
        #expect(try send([4, 5], to: bench.first) == 2)
        #expect(try receive(4, from: bench.second) == [1, 2, 3, 4])
        #expect(try receive(4, from: bench.second) == [5])
        #expect(throws: Errno.wouldBlock) { try receive(1, from: bench.second) }
    }

    @Test("messages stay whole, and what does not fit is lost", arguments: [SocketType.datagram, .sequentialPackets])
    func messages(_ type: SocketType) throws {
        let bench = try Bench(type)
        _ = try send([1, 2, 3], to: bench.first)
        _ = try send([4, 5], to: bench.first)
        #expect(try receive(2, from: bench.second) == [1, 2])
        #expect(try receive(9, from: bench.second) == [4, 5])
    }

    @Test("what was sent counts until it is received")
    func room() throws {
        let bench = try Bench(.stream)
        let piece = [UInt8](repeating: 1, count: 60000)
        var sent = 0
        while let count = try? send(piece, to: bench.first) { sent += count }
        #expect(sent >= 200_000 && bench.first.poll().isDisjoint(with: .writable))
        var left = sent
        while left > 0 { left -= try receive(60000, from: bench.second).count }
        #expect(bench.first.poll().contains(.writable))
    }

    @Test("a closed peer is the end, and a reset if it left something unread")
    func ends() throws {
        let bench = try Bench(.stream)
        _ = try send([1], to: bench.second)
        try bench.table.close(bench.secondNumber)
        #expect(try receive(5, from: bench.first) == [1])
        #expect(try receive(5, from: bench.first) == [])
        #expect(throws: Errno.brokenPipe) { try send([1], to: bench.first) }
        let other = try Bench(.stream)
        _ = try send([1], to: other.first)
        try other.table.close(other.secondNumber)
        #expect(throws: Errno.connectionReset) { try receive(5, from: other.first) }
        #expect(try receive(5, from: other.first) == [])
    }

    @Test("a shut direction ends reading there and writing here")
    func shutdown() throws {
        let bench = try Bench(.stream)
        try bench.first.shutdown(.sending)
        #expect(throws: Errno.brokenPipe) { try send([1], to: bench.first) }
        #expect(try receive(1, from: bench.second) == [])
        #expect(bench.second.poll() == [.readable, .readHangUp, .writable])
        #expect(try send([2], to: bench.second) == 1)
        #expect(try receive(1, from: bench.first) == [2])
    }

    @Test("files on their way stay open, and end with the message")
    func journeys() throws {
        let bench = try Bench(.stream)
        let passenger = try Bench(.stream)
        var message = SocketMessage()
        passenger.first.descriptorOpened()
        try message.files.append(passenger.first)
        var buffer = IOBuffer(sending: [1])
        #expect(try bench.first.send(from: &buffer, to: nil, &message, by: nil) == 1)
        try passenger.table.close(passenger.firstNumber)
        #expect(try send([1], to: passenger.second) == 1)
        try bench.table.close(bench.secondNumber)
        #expect(throws: Errno.brokenPipe) { try send([1], to: passenger.second) }
    }

    @Test("who sends is told to those who ask")
    func credentials() throws {
        let bench = try Bench(.datagram)
        bench.second.passesCredentials = true
        _ = try send([1], to: bench.first)
        var buffer = IOBuffer(collecting: 4)
        let message = try bench.second.receive(into: &buffer, [])
        #expect(message.credentials == who && message.count == 1)
        #expect(bench.first.peerCredentials == who)
    }
}
