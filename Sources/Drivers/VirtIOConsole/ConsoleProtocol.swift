// SPDX-License-Identifier: Apache-2.0
//
// The constants and messages of the console device (virtio 1.3 §5.3): features, queue numbers, configuration and the
// control messages by which host and driver agree on ports.

import Memory
import VirtIO

extension VirtIOFeatures {
    /// Several ports and control queues (VIRTIO_CONSOLE_F_MULTIPORT).
    static let multiport = VirtIOFeatures.bit(1)
}

/// Offsets in the device configuration (virtio 1.3 §5.3.4).
enum ConsoleConfiguration {
    static let maximumPorts = 4
}

/// Queue numbers (virtio 1.3 §5.3.2).
enum ConsoleQueue {
    static let controlReceive = 2
    static let controlSend = 3

    /// The queue that brings bytes from `port`, which is at least 1.
    static func receive(_ port: Int) -> Int { 2 * port + 2 }
    /// The queue that takes bytes to `port`, which is at least 1.
    static func send(_ port: Int) -> Int { 2 * port + 3 }
}

/// What a control message is about (virtio 1.3 §5.3.6.2).
enum ConsoleEvent: UInt16 {
    case deviceReady = 0
    case portAdd = 1
    case portRemove = 2
    case portReady = 3
    case consolePort = 4
    case resize = 5
    case portOpen = 6
    case portName = 7
}

/// A message on a control queue, either way: its header (virtio 1.3 §5.3.6.2).
struct ConsoleMessage {
    static let headerSize = 8
    /// Bytes that a control buffer has; longer names are cut off.
    static let maximumSize = 64

    let port: UInt32
    let event: UInt16
    let value: UInt16

    init(port: UInt32, event: ConsoleEvent, value: UInt16) {
        self.port = port
        self.event = event.rawValue
        self.value = value
    }

    init(in buffer: SharedDMABuffer, at offset: Int) {
        port = buffer.memory.load32(offset)
        event = buffer.memory.load16(offset + 4)
        value = buffer.memory.load16(offset + 6)
    }

    /// Writes the header into a control buffer.
    func write(to buffer: SharedDMABuffer, at offset: Int) {
        buffer.memory.store32(offset, port)
        buffer.memory.store16(offset + 4, event)
        buffer.memory.store16(offset + 6, value)
    }
}

/// A message from the host, with the bytes behind the header; most have none.
struct ReceivedConsoleMessage {
    let header: ConsoleMessage
    let payload: [UInt8]

    /// Reads a message of `count` bytes from a control buffer, or nil if it is shorter than its header.
    init?(in buffer: SharedDMABuffer, at offset: Int, count: Int) {
        guard count >= ConsoleMessage.headerSize else { return nil }
        header = ConsoleMessage(in: buffer, at: offset)
        var payload: [UInt8] = []
        for index in ConsoleMessage.headerSize..<min(count, ConsoleMessage.maximumSize) {
            payload.append(buffer.memory.load8(offset + index))
        }
        self.payload = payload
    }

    /// Two payload bytes as a number.
    func payload16(_ offset: Int) -> UInt16 { UInt16(payload[offset]) | UInt16(payload[offset + 1]) << 8 }

    /// The name in a `portName` message, without the NUL that some hosts add.
    var name: [UInt8] {
        var name = payload
        if name.last == 0 { name.removeLast() }
        return name
    }
}
