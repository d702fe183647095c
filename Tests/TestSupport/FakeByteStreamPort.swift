// SPDX-License-Identifier: Apache-2.0
//
// A byte-stream device in memory: a test puts bytes in at one end and looks at what came out at the other. It has as
// much room for sending as the test says, and tells its client of changes when the test asks for it.

import Containers
public import DeviceModel

/// A byte-stream device that a test plays.
public final class FakeByteStreamPort: ByteStreamPort, @unchecked Sendable {
    /// Bytes that the kernel has not received yet.
    public private(set) var waiting: [UInt8] = []
    /// Bytes that the kernel has sent.
    public private(set) var sent: [UInt8] = []
    /// How many more bytes are taken from the kernel.
    public var room = Int.max
    /// Whether the other end is there.
    public private(set) var isConnected = true
    /// Whether what was sent has gone out.
    public var isIdle = true
    /// Called after bytes were sent: the other end's answer.
    public var onSend: () -> Void = {}
    private var client: (any ByteStreamClient)?

    /// Makes a port with nothing in it and endless room.
    public init() {}

    /// Types a text: the bytes wait and the client is told.
    public func type(_ text: String) {
        waiting += Array(text.utf8)
        client?.portHasBytes()
    }

    /// What was sent since the last call, as text.
    public func takeSent() -> String {
        defer { sent = [] }
        return String(decoding: sent, as: UTF8.self)
    }

    /// What was sent since the last call, as bytes.
    public func takeSentBytes() -> [UInt8] {
        defer { sent = [] }
        return sent
    }

    /// Bytes arrive and the client is told.
    public func arrive(_ bytes: [UInt8]) {
        waiting += bytes
        client?.portHasBytes()
    }

    /// Makes room and tells the client.
    public func makeRoom(_ count: Int) {
        room = count
        client?.portHasRoom()
    }

    /// The other end goes away.
    public func disconnect() {
        isConnected = false
        client?.portConnectionChanged()
    }

    /// Makes `client` the one that is told of changes.
    public func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError) {
        guard self.client == nil else { throw .busy }
        self.client = client
    }

    /// Whether the other end has everything.
    public func isSendIdle() -> Bool { isIdle }

    /// Moves received bytes to `bytes`.
    public func receive(into bytes: inout MutableRawSpan) -> Int {
        let count = min(bytes.byteCount, waiting.count)
        for index in 0..<count { bytes.storeBytes(of: waiting[index], toByteOffset: index, as: UInt8.self) }
        waiting.removeFirst(count)
        return count
    }

    /// Takes the first bytes that there is room for.
    public func send(_ bytes: RawSpan) throws(DeviceError) -> Int {
        let source = bytes.byteSpan
        let count = min(source.count, room)
        for index in 0..<count { sent.append(source[index]) }
        if room != .max { room -= count }
        if count > 0 { onSend() }
        return count
    }

    /// Sends without interrupts, in a loop of bounded length.
    public func sendPolling(_ bytes: RawSpan) {
        let source = bytes.byteSpan
        for index in 0..<source.count { sent.append(source[index]) }
    }
}
