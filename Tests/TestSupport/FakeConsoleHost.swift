// SPDX-License-Identifier: Apache-2.0
//
// The host's side of a virtio console with several ports (virtio 1.3 §5.3), as QEMU plays it: it answers control
// messages while the notification is written, drops control messages that find no buffer, and passes bytes on only to
// ports that the guest has opened.

public import VirtIO

/// A console device with a host that a test drives.
public final class FakeConsoleHost: @unchecked Sendable {
    /// The device, to put a transport on.
    public let device: FakeVirtIODevice
    /// The names of the ports from number 1 on.
    public let names: [String]
    /// The bytes that the guest has sent to each port.
    public private(set) var sent: [Int: [UInt8]] = [:]
    /// The ports that the guest has said it will use.
    public private(set) var readyPorts: Set<Int> = []
    /// The ports that the guest has open.
    public private(set) var guestOpen: Set<Int> = []
    /// Control messages that found no buffer.
    public private(set) var droppedMessages = 0
    /// Whether the host takes bytes; while it does not, the guest's buffers stay with it.
    public var takesBytes = true
    /// Whether the host answers control messages at once; otherwise `runControl` does.
    public var answersAtOnce = true

    /// Makes a host with ports of these names.
    public init(names: [String], offered: VirtIOFeatures = [.version1, .bit(0), .bit(1), .eventIndex]) {
        self.names = names
        let count = UInt32(names.count + 1)
        device = FakeVirtIODevice(
            type: 3, offered: offered,
            // columns, rows, max_nr_ports
            configuration: [80, 0, 24, 0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) },
            queueLimits: [Int](repeating: 128, count: 2 * (names.count + 2)))
        device.onNotify = { [unowned self] queue in
            switch queue {
            case 3: if answersAtOnce { runControl() }
            case 5...: if queue % 2 == 1 { takeBytes() }
            default: break
            }
        }
    }

    /// Answers the control messages that the guest has sent.
    public func runControl() {
        guard let queue = device.queues[3] else { return }
        while let chain = queue.pop() {
            queue.push(chain)
            let bytes = chain.readable
            answer(port: Int(bytes[0]), event: UInt16(bytes[4]), value: UInt16(bytes[6]))
        }
    }

    private func answer(port: Int, event: UInt16, value: UInt16) {
        switch event {
        case 0:  // DEVICE_READY
            for number in 1...names.count { tell(port: number, event: 1, value: 0) }
        case 3:  // PORT_READY
            guard value == 1 else { return }
            readyPorts.insert(port)
            tell(port: port, event: 7, value: 1, payload: Array(names[port - 1].utf8) + [0])
            tell(port: port, event: 6, value: 1)
        case 6:  // PORT_OPEN
            if value == 1 { guestOpen.insert(port) } else { guestOpen.remove(port) }
        default: break
        }
    }

    /// Sends the guest a control message.
    public func tell(port: Int, event: UInt16, value: UInt16, payload: [UInt8] = []) {
        guard let queue = device.queues[2], let chain = queue.pop() else {
            droppedMessages += 1
            return
        }
        let before = queue.produced
        let header = [UInt8(port), 0, 0, 0, UInt8(event), 0, UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
        queue.push(chain, writing: header + payload)
        if queue.wantsInterrupt(since: before) { device.causes.insert(.queue) }
    }

    /// Takes what the guest has sent, if `takesBytes`.
    public func takeBytes() {
        guard takesBytes else { return }
        for port in 1...names.count {
            guard let queue = device.queues[2 * port + 3] else { continue }
            let before = queue.produced
            while let chain = queue.pop() {
                sent[port, default: []] += chain.readable
                queue.push(chain)
            }
            if queue.wantsInterrupt(since: before) { device.causes.insert(.queue) }
        }
    }

    /// Gives the guest as many of `bytes` as it has buffers for; the rest is answered.
    public func give(_ bytes: [UInt8], to port: Int) -> [UInt8] {
        guard guestOpen.contains(port), let queue = device.queues[2 * port + 2] else { return bytes }
        var rest = bytes[...]
        let before = queue.produced
        while !rest.isEmpty, let chain = queue.pop() {
            let piece = Array(rest.prefix(chain.writableCount))
            queue.push(chain, writing: piece)
            rest = rest.dropFirst(piece.count)
        }
        if queue.wantsInterrupt(since: before) { device.causes.insert(.queue) }
        return Array(rest)
    }
}
