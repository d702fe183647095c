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

/// A control message. On the wire: u32 port, u16 event, u16 value, then what the event adds; little-endian.
struct ConsoleMessage {
    static let headerSize = 8
    /// Bytes that a control buffer has; longer names are cut off.
    static let maximumSize = 64

    let port: UInt32
    let event: UInt16
    let value: UInt16
    /// The bytes after the header, of which `payloadCount` count.
    var payload = InlineArray<56, UInt8>(repeating: 0)
    var payloadCount = 0

    init(port: UInt32, event: ConsoleEvent, value: UInt16) {
        self.port = port
        self.event = event.rawValue
        self.value = value
    }

    /// Reads a message of `count` bytes from a control buffer, or nil if it is shorter than its header.
    init?(in buffer: SharedDMABuffer, at offset: Int, count: Int) {
        guard count >= Self.headerSize else { return nil }
        port = buffer.memory.load32(offset)
        event = buffer.memory.load16(offset + 4)
        value = buffer.memory.load16(offset + 6)
        payloadCount = min(count, Self.maximumSize) - Self.headerSize
        for index in 0..<payloadCount { payload[index] = buffer.memory.load8(offset + Self.headerSize + index) }
    }

    /// Writes the header into a control buffer.
    func write(to buffer: SharedDMABuffer, at offset: Int) {
        buffer.memory.store32(offset, port)
        buffer.memory.store16(offset + 4, event)
        buffer.memory.store16(offset + 6, value)
    }

    /// Two payload bytes as a number.
    func payload16(_ offset: Int) -> UInt16 { UInt16(payload[offset]) | UInt16(payload[offset + 1]) << 8 }

    /// The name in a `portName` message, without the NUL that some hosts add.
    var name: [UInt8] {
        var name: [UInt8] = []
        for index in 0..<payloadCount where payload[index] != 0 { name.append(payload[index]) }
        return name
    }
}
