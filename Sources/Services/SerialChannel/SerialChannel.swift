// SPDX-License-Identifier: Apache-2.0
//
// The kernel's end of the control channel where there is one serial line and no ports: messages and the program's
// standard streams share it, in the frames of BootProtocols. A tenth of what a virtio console takes of an image.
//
//   host ── messages, standard input ──► SerialChannel ──► SerialChannelClient, read
//        ◄─ messages, standard output and error ── write, send
//
// Each stream has a room of its own on its receiver's side, so that a reader who does not read holds back that stream's
// writer and nobody else. The line itself is held back by the device when the host does not get round to it.

public import BootProtocols
internal import Containers
public import DeviceModel
internal import Events
internal import Sync

/// What the host may ask of a machine on a serial line. Called from deferred work; must not block.
public protocol SerialChannelClient: AnyObject, Sendable {
    /// End the program and power off.
    func hostAsksToStop()
    /// Send the program a signal, 1–64.
    func hostSends(signal number: UInt8)
    /// The host knows how the program ended: turn the machine off.
    func channelHasEnded()
}

/// The streams to the host.
public enum OutgoingStream: Sendable {
    /// Standard output.
    case output
    /// Standard error.
    case error
}

/// The conversation with the host.
public final class SerialChannel: Sendable {
    struct State: ~Copyable {
        /// Whether somebody is in the middle of a frame.
        var isSending = false
        /// What the machine ends with once the frame that is being sent is complete.
        var ending: UInt8?
        /// Bytes that the host has room for.
        var outputRoom = ControlChannel.streamRoom
        var errorRoom = ControlChannel.streamRoom
        var reader = HostFrameReader()
        /// The host's frames could not be read: nothing that it says is heard any more.
        var isDeaf = false
        var input = IncomingStream()
    }

    let state = Spinlock(State(), .hostChannel)
    /// Whoever waits for the line, for room in a stream or for bytes.
    let changes = WaitQueue()
    private let port: any ByteStreamPort
    private let client: any SerialChannelClient

    private init(_ port: any ByteStreamPort, _ client: any SerialChannelClient) {
        self.port = port
        self.client = client
    }

    /// Opens the line and says hello.
    ///
    /// - Throws: what opening the port throws.
    /// - Context: thread; blocks.
    public static func connect(
        over port: any ByteStreamPort, for client: any SerialChannelClient
    ) throws(DeviceError) -> SerialChannel {
        let channel = SerialChannel(port, client)
        try port.open(channel, [.receiving, .sending])
        channel.send(.hello, UInt64(ControlChannel.protocolVersion), byteCount: 4)
        return channel
    }

    // MARK: To the host

    /// Sends all bytes of a stream; waits while the host has no room.
    ///
    /// - Context: thread; blocks.
    public func write(_ bytes: RawSpan, to stream: OutgoingStream) {
        var sent = 0
        while sent < bytes.byteCount {
            let count = beginFrame(stream, wanted: bytes.byteCount - sent)
            transmit(stream == .output ? .standardOutput : .standardError, bytes.extracting(sent..<sent + count))
            sent += count
        }
    }

    /// Sends a message.
    ///
    /// - Context: thread; blocks.
    public func send(_ type: GuestFrameType, _ payload: RawSpan) {
        _ = beginFrame(nil, wanted: 0)
        transmit(type, payload)
    }

    /// Sends a message whose payload fits into a word.
    ///
    /// - Context: thread; blocks.
    func send(_ type: GuestFrameType, _ word: UInt64, byteCount: Int) {
        let payload: InlineArray<1, UInt64> = [word.littleEndian]
        send(type, payload.span.wordBytes.extracting(0..<byteCount))
    }

    /// Waits for the line and for room in a stream, and takes as much of it as it wants or there is.
    private func beginFrame(_ stream: OutgoingStream?, wanted: Int) -> Int {
        var count = 0
        wait {
            state.withLock { state in
                guard !state.isSending else { return false }
                switch stream {
                case .output: count = state.outputRoom.take(wanted)
                case .error: count = state.errorRoom.take(wanted)
                case nil: break
                }
                state.isSending = count > 0 || stream == nil
                return state.isSending
            }
        }
        return count
    }

    private func transmit(_ type: GuestFrameType, _ payload: RawSpan) {
        push(SerialChannel.header(type, payload.byteCount).span.wordBytes)
        push(payload)
        let ending = state.withLock { state in
            state.isSending = state.ending != nil
            return state.ending
        }
        if let ending { sayEnd(ending) }
        changes.wakeAll()
    }

    private static func header(_ type: GuestFrameType, _ byteCount: Int) -> InlineArray<1, UInt64> {
        [ControlHeader(type: type.rawValue, length: byteCount).word.littleEndian]
    }

    /// Gives the device all bytes, as it takes them. A device that has ended takes none, and nobody would hear them.
    private func push(_ bytes: RawSpan) {
        var sent = 0
        wait {
            sent += (try? port.send(bytes.extracting(sent..<bytes.byteCount))) ?? bytes.byteCount - sent
            return sent == bytes.byteCount
        }
    }

    /// Waits for something that the host or the device does. A thread that is being killed waits for nothing.
    @inline(never)
    func wait(unless condition: () -> Bool) { try? changes.waitUninterrupted(unless: condition) }

    // MARK: The end

    /// Tells the host how the program ended, after everything that was written. The machine can be turned off then.
    ///
    /// - Context: thread; blocks until the host has it.
    public func end(_ status: UInt8) {
        send(.exit, UInt64(status) << 8, byteCount: 4)
        wait { port.isSendIdle() }
    }

    /// Tells the host as soon as the line is free that the program has ended, and turns the machine off.
    ///
    /// - Context: deferred work.
    public func endSoon(_ status: UInt8) {
        let isFree = state.withLock { state in
            state.ending = status
            if state.isSending { return false }
            state.isSending = true
            return true
        }
        if isFree { sayEnd(status) }
    }

    /// Sends the last frame without sleeping. Nothing else is left to do, so a host that is slow is waited for, but a
    /// second or so at most: nobody may be there any more.
    private func sayEnd(_ status: UInt8) {
        let header = ControlHeader(type: GuestFrameType.exit.rawValue, length: 4)
        let frame: InlineArray<2, UInt64> = [header.word.littleEndian, (UInt64(status) << 8).littleEndian]
        let bytes = frame.span.wordBytes
        var sent = 0
        for _ in 0..<1_000_000 {
            if sent < 12 {
                sent += (try? port.send(bytes.extracting(sent..<12))) ?? 12
            } else if port.isSendIdle() {
                break
            }
        }
        client.channelHasEnded()
    }

    // MARK: From the host

    /// Takes bytes off the line up to the end of a message. Under the lock, so that bytes are read in the order in which
    /// they came, whoever reads them.
    ///
    /// - Returns: nil when there are no more bytes.
    private func nextMessage() -> HostMessage? {
        state.withLock { state in
            var buffer: InlineArray<1, UInt8> = [0]
            while true {
                var span = buffer.mutableSpan
                var raw = span.rawBytes
                guard port.receive(into: &raw) > 0 else { return nil }
                guard !state.isDeaf else { continue }
                do throws(ControlError) {
                    switch try state.reader.take(buffer[0]) {
                    case .input(let byte): state.input.put(byte)
                    case .message(.outputRoom(let count)): state.outputRoom += Int(count)
                    case .message(.errorRoom(let count)): state.errorRoom += Int(count)
                    case .message(.inputEnd(let total)): state.input.total = total
                    case .message(let message): return message
                    case nil: break
                    }
                } catch {
                    state.isDeaf = true
                }
            }
        }
    }
}

extension SerialChannel: ByteStreamClient {
    /// Reads what has come, and acts on it.
    public func portHasBytes() {
        while let message = nextMessage() {
            switch message {
            case .stop: client.hostAsksToStop()
            case .signal(let number): client.hostSends(signal: number)
            default: break
            }
        }
        changes.wakeAll()
    }

    /// There may be room for more bytes.
    public func portHasRoom() { changes.wakeAll() }

    /// A serial line does not know of its other end.
    public func portConnectionChanged() {}
}

extension Int {
    /// Takes as much as is wanted and there is.
    fileprivate mutating func take(_ wanted: Int) -> Int {
        let taken = Swift.min(self, wanted)
        self -= taken
        return taken
    }
}
