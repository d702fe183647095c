// SPDX-License-Identifier: Apache-2.0
//
// Sending: bytes are copied into a message before any lock is taken, then the message goes into the receiver's queue. A
// stream is cut into pieces, a datagram goes whole or not at all.

import Containers
import Events
import FileSystem
import LinuxABI
import Sync
import Synchronization
import UserMemory

extension UnixSocket {
    /// The largest piece of a stream.
    private static var pieceByteCount: Int { 32768 }

    // MARK: Streams

    func sendStream(
        _ buffer: inout IOBuffer, _ hasAddress: Bool, _ message: inout SocketMessage
    ) throws(Errno) -> Int {
        let isConnected = status.contains(.connected)
        if hasAddress { throw isConnected ? .socketIsConnected : .notSupported }
        let before = buffer.transferred
        do throws(Errno) {
            while buffer.remaining > 0 { try sendPiece(&buffer, &message) }
        } catch {
            if buffer.transferred == before { throw error }
        }
        return buffer.transferred - before
    }

    private func sendPiece(_ buffer: inout IOBuffer, _ message: inout SocketMessage) throws(Errno) {
        guard status.contains(.connected) else {
            throw status.contains(.sendingEnded) ? .brokenPipe : .socketNotConnected
        }
        guard !status.contains(.sendingEnded), let peer = state.withLock({ $0.peer }) else { throw .brokenPipe }
        try waitForRoom(message.flags)
        let size = min(buffer.remaining, Self.pieceByteCount)
        let piece = try makeMessage(&buffer, size, &message, for: peer)
        guard peer.enqueue(piece) else { throw .brokenPipe }
    }

    /// Waits until the socket's own buffer has room.
    private func waitForRoom(_ flags: MessageFlags) throws(Errno) {
        let size = sendBuffer
        if outstanding.load(ordering: .acquiring) < size { return }
        try wait(flags, .sending, on: changed) {
            self.outstanding.load(ordering: .acquiring) < size || self.status.contains(.sendingEnded)
        }
        if status.contains(.sendingEnded) { throw .brokenPipe }
    }

    // MARK: Messages

    /// Copies bytes of the buffer into a message that counts against this socket.
    private func makeMessage(
        _ buffer: inout IOBuffer, _ size: Int, _ message: inout SocketMessage, for receiver: UnixSocket
    ) throws(Errno) -> UnixMessage {
        var bytes = UniqueArray<UInt8>()
        do throws(OutOfMemory) { try bytes.extend(toCount: size, with: 0) } catch { throw .noMemory }
        if size > 0 {
            var span = bytes.mutableSpan
            var raw = span.rawBytes
            _ = try buffer.take(into: &raw)
        }
        var credentials = message.credentials
        if credentials == nil, passesCredentials || receiver.passesCredentials { credentials = family.identity() }
        let name = kind == .datagram ? state.withLock { $0.name } : nil
        let made = UnixMessage(bytes, message.takeFiles(), from: self, name, credentials)
        outstanding.wrappingAdd(made.cost, ordering: .acquiringAndReleasing)
        return made
    }

    /// Puts a message into this socket's queue.
    ///
    /// - Returns: false if it receives nothing any more; the message is gone then.
    private func enqueue(_ message: UnixMessage) -> Bool {
        let isTaken = state.withLock { state -> Bool in
            if status.contains(.receivingEnded) { return false }
            if let last = state.last { last.next = message } else { state.first = message }
            state.last = message
            pending.wrappingAdd(1, ordering: .releasing)
            queued.wrappingAdd(message.count, ordering: .releasing)
            return true
        }
        if isTaken { changed.wakeAll(for: .readable) } else { dropAll(message) }
        return isTaken
    }

    // MARK: Datagrams

    func sendDatagram(
        _ buffer: inout IOBuffer, _ address: Span<UInt8>?, _ message: inout SocketMessage, _ caller: SocketCaller?
    ) throws(Errno) -> Int {
        let size = buffer.remaining
        if kind == .sequentialPackets, !status.contains(.connected) { throw .socketNotConnected }
        if status.contains(.sendingEnded) { throw .brokenPipe }
        if size > sendBuffer - 32 { throw .messageTooLong }
        let receiver: UnixSocket
        if let address, let caller {
            receiver = try target(address, caller)
        } else {
            guard let peer = state.withLock({ $0.peer }) else {
                throw kind == .datagram ? .socketNotConnected : .brokenPipe
            }
            receiver = peer
        }
        try checkMaySend(to: receiver)
        try waitForRoom(message.flags)
        if receiver.status.contains(.closed) { throw kind == .datagram ? .connectionRefused : .brokenPipe }
        let made = try makeMessage(&buffer, size, &message, for: receiver)
        guard receiver.enqueue(made) else { throw .brokenPipe }
        return size
    }

    /// Who is connected to somebody else receives from nobody but them.
    func checkMaySend(to receiver: UnixSocket) throws(Errno) {
        guard kind == .datagram, let other = receiver.state.withLock({ $0.peer }) else { return }
        if other !== self { throw .notPermitted }
    }
}
