// SPDX-License-Identifier: Apache-2.0
//
// The kernel's end of the control channel: four ports of a console by which the host that runs the machine and the
// program in it know each other. `apus.control` carries framed messages (BootProtocols: GuestMessage, HostMessage), the
// other three carry the program's standard streams, byte for byte (StandardInput, StandardOutput).
//
//   host ── apus.control ──► HostRequests (stop, signal, resize)       GuestMessage ──► host
//        ── apus.stdin ────► StandardInput ──► program ──► StandardOutput ── apus.stdout, apus.stderr ──► host
//
// The host is trusted to run the machine but its bytes are checked all the same: a stream of frames that cannot be read
// ends the conversation from that side, and the program runs on.

public import BootProtocols
import Containers
public import DeviceModel
import Events
import Sync
public import Time

/// What the host may ask of the kernel. Called from deferred work; must not block.
public protocol HostRequests: AnyObject, Sendable {
    /// End the program and power off.
    func hostAsksToStop()
    /// Send the program a signal, 1–64.
    func hostSends(signal number: UInt8)
    /// The user's terminal has a new size, in characters.
    func hostResized(rows: UInt16, columns: UInt16)
    /// Write on the log what every thread does.
    func hostAsksForThreads()
}

/// Why there is no control channel.
public enum HostChannelError: Error, Equatable, Sendable {
    /// The host named no port of this name in time.
    case missingPort(Port)
    /// A port could not be opened.
    case device(DeviceError)

    /// The ports that a channel needs.
    public enum Port: Sendable {
        /// `apus.control`.
        case control
        /// `apus.stdin`.
        case input
        /// `apus.stdout`.
        case output
        /// `apus.stderr`.
        case error
    }
}

/// Some of the standard streams.
public struct HostStreams: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `apus.stdin`.
    public static let input = HostStreams(rawValue: 1)
    /// `apus.stdout`.
    public static let output = HostStreams(rawValue: 2)
    /// `apus.stderr`.
    public static let error = HostStreams(rawValue: 4)
    /// The three of them.
    public static let all: HostStreams = [.input, .output, .error]
}

/// The conversation with the host.
public final class HostChannel: Sendable {
    /// The program's standard input.
    public let input: StandardInput
    /// The program's standard output.
    public let output: StandardOutput
    /// The program's standard error.
    public let error: StandardOutput

    /// The ports of the streams, for whoever uses one as something else than a stream of bytes: a terminal.
    public let inputPort: any WindowedByteStreamPort
    /// See `inputPort`.
    public let outputPort: any WindowedByteStreamPort
    /// See `inputPort`.
    public let errorPort: any WindowedByteStreamPort

    private let port: any WindowedByteStreamPort
    private let requests: any HostRequests
    private let decoder: Spinlock<ControlFrameDecoder?>
    /// Held by whoever is sending a frame, so that frames are never mixed.
    private let sender = BlockingMutex<Void>(())
    private let room = WaitQueue()

    /// Opens the ports of `console` and says hello. Ports that have no name yet are waited for.
    ///
    /// - Parameters:
    ///   - deadline: when to give up waiting for the host; nil waits for ever.
    ///   - streams: those to open now; the others stay for `open`, or for another user of their ports.
    /// - Throws: which port is missing or could not be opened.
    /// - Context: thread; blocks.
    public static func connect(
        to console: any MultiportConsole, requests: any HostRequests, until deadline: Instant?,
        opening streams: HostStreams = .all
    ) throws(HostChannelError) -> HostChannel {
        let ports = PortFinder(console, requests)
        let channel = HostChannel(
            control: try ports.find("apus.control", .control, deadline),
            input: try ports.find("apus.stdin", .input, deadline),
            output: try ports.find("apus.stdout", .output, deadline),
            error: try ports.find("apus.stderr", .error, deadline), requests: requests)
        do throws(DeviceError) {
            try channel.port.open(channel, [.receiving, .sending])
            try channel.open(streams)
        } catch {
            throw .device(error)
        }
        channel.send(.hello(protocolVersion: ControlChannel.protocolVersion))
        channel.portHasBytes()
        return channel
    }

    private init(
        control: any WindowedByteStreamPort, input: any WindowedByteStreamPort, output: any WindowedByteStreamPort,
        error: any WindowedByteStreamPort, requests: any HostRequests
    ) {
        port = control
        inputPort = input
        outputPort = output
        errorPort = error
        self.input = StandardInput(input)
        self.output = StandardOutput(output)
        self.error = StandardOutput(error)
        self.requests = requests
        // What the host says is short; a longer frame is not one of its messages.
        decoder = Spinlock(ControlFrameDecoder(maximumPayloadByteCount: 64), .hostChannel)
    }

    /// Opens streams as streams of bytes.
    ///
    /// - Throws: what a port throws.
    public func open(_ streams: HostStreams) throws(DeviceError) {
        if streams.contains(.input) { try input.open() }
        if streams.contains(.output) { try output.open() }
        if streams.contains(.error) { try error.open() }
    }

    // MARK: To the host

    /// Sends a message; waits while the host has no room.
    ///
    /// - Context: thread; blocks. A thread that is being killed finishes its frame without sleeping.
    public func send(_ message: GuestMessage) {
        var bytes: [UInt8] = []
        message.frame.encode(to: &bytes)
        sender.withLock { _ in sendAll(bytes) }
    }

    private func sendAll(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let rest = bytes.span.rawBytes.extracting(sent..<bytes.count)
            do throws(DeviceError) {
                sent += try port.send(rest)
            } catch {
                // The device has ended: nobody will hear this or anything else.
                return
            }
            if sent == bytes.count { return }
            do throws(WaitEnd) {
                try room.waitUninterrupted(unless: { port.hasSendRoom() })
            } catch {
                return port.sendPolling(bytes.span.rawBytes.extracting(sent..<bytes.count))
            }
        }
    }

    /// Sends a message without sleeping and without locks: the kernel's last words. A frame that another thread has begun
    /// is torn by it, which the host reads as the end of the conversation.
    ///
    /// - Context: any; polls for a bounded time.
    public func sendLastWords(_ message: GuestMessage) {
        var bytes: [UInt8] = []
        message.frame.encode(to: &bytes)
        sendLastWords(encoded: bytes.span.rawBytes)
    }

    /// The same for a frame that is already in bytes, for those who cannot allocate any more.
    public func sendLastWords(encoded bytes: RawSpan) { port.sendPolling(bytes) }

    /// Waits until the host's device has everything: both streams, then the messages.
    ///
    /// - Context: thread; blocks as long as the host does not read.
    public func drain() {
        output.drain()
        error.drain()
        do throws(WaitEnd) {
            try room.waitUninterrupted(unless: { port.isSendIdle() })
        } catch {
            // A thread that is being killed does not wait; the device keeps what it has.
        }
    }
}

extension HostChannel: ByteStreamClient {
    /// Bytes may be waiting.
    public func portHasBytes() {
        while receiveChunk() {
            while let message = nextMessage() { act(on: message) }
        }
    }

    /// Feeds the decoder with what is there. - Returns: whether there was anything.
    ///
    /// The decoder's lock is held across the port, so that bytes are fed in the order in which they came: deferred work
    /// and the thread that connects may both be here.
    private func receiveChunk() -> Bool {
        decoder.withLock { decoder in
            var chunk = InlineArray<64, UInt8>(repeating: 0)
            var span = chunk.mutableSpan
            var raw = span.rawBytes
            let count = port.receive(into: &raw)
            if count > 0 { decoder?.feed(chunk.span.rawBytes.extracting(0..<count)) }
            return count > 0
        }
    }

    /// Takes the next message out of what was fed; after a stream that cannot be read there is none ever again.
    private func nextMessage() -> HostMessage? {
        decoder.withLock { decoder in
            do throws(ControlError) {
                while let frame = try decoder?.next() {
                    do throws(ControlError) {
                        return try HostMessage(frame)
                    } catch .unknownType {
                        // A newer host may say more; what is not known is not for us.
                        continue
                    }
                }
            } catch {
                decoder = nil
            }
            return nil
        }
    }

    private func act(on message: HostMessage) {
        switch message {
        case .stop: requests.hostAsksToStop()
        case .resize(let rows, let columns): requests.hostResized(rows: rows, columns: columns)
        case .signal(let number): requests.hostSends(signal: number)
        case .inputEnd(let total): input.end(after: total)
        case .showThreads: requests.hostAsksForThreads()
        case .outputRoom, .errorRoom: break  // said on serial lines only: ports have buffers of their own
        }
    }

    /// There may be room for more bytes.
    public func portHasRoom() { room.wakeAll() }

    /// The other end came or went.
    public func portConnectionChanged() { room.wakeAll() }
}
