// SPDX-License-Identifier: Apache-2.0
//
// One port of the console: its two queues, its name, its client. Receiving is in ConsolePort+Receive.swift, sending in
// ConsolePort+Send.swift. Buffers are made when a direction is opened, so a port that nobody uses costs two small rings.
//
// Three locks, never held together: `link` (name, client, the host's end), `receiving`, `sending`.

import DeviceModel
import Sync
import VirtIO

/// A port of a virtio console.
final class ConsolePort: WindowedByteStreamPort {
    let number: UInt32
    let transport: any VirtIOTransport
    /// Sends a control message; the console's.
    let tellHost: any ConsoleMessenger

    let link: Spinlock<Link>
    let receiving: Spinlock<ReceiveSide>
    let sending: Spinlock<SendSide>

    /// What the host and the client have said about the port.
    struct Link {
        var name: [UInt8] = []
        var client: (any ByteStreamClient)?
        var isHostOpen = false
        var hasEnded = false
    }

    /// Entries of the receive and of the send queue.
    static let receiveQueueSize = 2
    static let sendQueueSize = 4
    /// The bytes of the shared page that the port's rings take.
    static let ringByteCount =
        Virtqueue.byteCount(size: receiveQueueSize) + Virtqueue.byteCount(size: sendQueueSize)

    /// Lays the port's queues out at `offset` of the shared page and enables them.
    init(
        number: Int, device: VirtIODevice, messenger: any ConsoleMessenger, rings: SharedDMABuffer, at offset: Int
    ) throws(DeviceError) {
        self.number = UInt32(number)
        transport = device.transport
        tellHost = messenger
        link = Spinlock(Link())

        let receiveIndex = ConsoleQueue.receive(number)
        let receiveSize = Virtqueue.size(
            wanted: Self.receiveQueueSize, limit: transport.queueSizeLimit(receiveIndex))
        guard receiveSize > 0 else { throw .protocolViolation("virtio-console: a port without a receive queue") }
        let receiveQueue = Virtqueue(
            index: receiveIndex, size: receiveSize, in: rings, at: offset, features: device.features)
        try transport.enableQueue(receiveIndex, receiveQueue.layout)
        receiving = Spinlock(ReceiveSide(queue: receiveQueue))

        let sendIndex = ConsoleQueue.send(number)
        let sendSize = Virtqueue.size(wanted: Self.sendQueueSize, limit: transport.queueSizeLimit(sendIndex))
        guard sendSize > 0 else { throw .protocolViolation("virtio-console: a port without a send queue") }
        let sendQueue = Virtqueue(
            index: sendIndex, size: sendSize, in: rings,
            at: offset + Virtqueue.byteCount(size: Self.receiveQueueSize), features: device.features)
        try transport.enableQueue(sendIndex, sendQueue.layout)
        sending = Spinlock(SendSide(queue: sendQueue))
    }

    func open(_ client: any ByteStreamClient, _ directions: StreamDirections) throws(DeviceError) {
        try link.withLock { (link: inout Link) throws(DeviceError) in
            guard !link.hasEnded else { throw .ended }
            guard link.client == nil else { throw .busy }
            link.client = client
        }
        do throws(DeviceError) {
            if directions.contains(.receiving) { try openReceiving() }
            // Hosts pass bytes on only while the guest's end is open (virtio 1.3 §5.3.6.1).
            try tellHost.send(ConsoleMessage(port: number, event: .portOpen, value: 1))
        } catch {
            link.withLock { $0.client = nil }
            throw error
        }
    }

    var isConnected: Bool { link.withLock { $0.isHostOpen } }

    /// Looks at both queues after an interrupt.
    func serviceQueues() {
        let hasBytes = receiving.withLock { $0.hasBytes }
        let hasRoom = sending.withLock { $0.takeRoomNotice() }
        guard hasBytes || hasRoom, let client = link.withLock({ $0.client }) else { return }
        if hasBytes { client.portHasBytes() }
        if hasRoom { client.portHasRoom() }
    }

    /// The host has opened or closed its end.
    func hostChanged(isOpen: Bool) {
        let client = link.withLock { link in
            link.isHostOpen = isOpen
            return link.client
        }
        client?.portConnectionChanged()
    }

    /// The device has failed or is quiesced: nothing is accepted any more, and the client is told.
    func end() {
        let client = link.withLock { link in
            link.hasEnded = true
            link.isHostOpen = false
            return link.client
        }
        client?.portConnectionChanged()
        client?.portHasRoom()
        client?.portHasBytes()
    }
}

/// Who sends control messages for a port.
protocol ConsoleMessenger: AnyObject, Sendable {
    /// Sends `message` or queues it.
    func send(_ message: ConsoleMessage) throws(DeviceError)
    /// A queue has been found broken.
    func deviceFailed()
}
