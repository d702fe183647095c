// SPDX-License-Identifier: Apache-2.0
//
// The two control queues: messages from the host into posted buffers, messages to the host from a row of slots.
//
// Hosts answer DEVICE_READY with one message per port at once and drop what finds no buffer (QEMU does), so sixteen
// buffers wait, and each is given back before its message is acted on. What finds no slot to the host waits in a list
// that the port limit bounds. Everything lives in one part of the device's shared page.

import DeviceModel
import VirtIO

/// The control queues and their buffers. Kept inside a lock by its owner.
struct ConsoleControl: ~Copyable {
    /// Entries of either queue.
    static let queueSize = 16
    /// The bytes of the shared page that the queues and buffers take.
    static let byteCount =
        2 * Virtqueue.byteCount(size: queueSize)
        + queueSize * (ConsoleMessage.maximumSize + ConsoleMessage.headerSize)

    private let shared: SharedDMABuffer
    private let receiveAt: Int
    private let sendAt: Int
    private(set) var receiveQueue: Virtqueue
    private(set) var sendQueue: Virtqueue
    /// The buffer that each head of the receive queue stands for.
    private var bufferOfHead: [UInt8]
    /// The slot that each head of the send queue stands for, and the slots that are free.
    private var slotOfHead: [UInt8]
    private var freeSlots: [UInt8]
    private var waiting: [ConsoleMessage] = []

    init(in shared: SharedDMABuffer, at offset: Int, receiveSize: Int, sendSize: Int, features: VirtIOFeatures) {
        self.shared = shared
        let queueBytes = Virtqueue.byteCount(size: Self.queueSize)
        receiveQueue = Virtqueue(
            index: ConsoleQueue.controlReceive, size: receiveSize, in: shared, at: offset, features: features)
        sendQueue = Virtqueue(
            index: ConsoleQueue.controlSend, size: sendSize, in: shared, at: offset + queueBytes, features: features)
        receiveAt = offset + 2 * queueBytes
        sendAt = receiveAt + Self.queueSize * ConsoleMessage.maximumSize
        bufferOfHead = [UInt8](repeating: 0, count: receiveSize)
        slotOfHead = [UInt8](repeating: 0, count: sendSize)
        freeSlots = []
        freeSlots.reserveCapacity(sendSize)
        for slot in 0..<sendSize { freeSlots.append(UInt8(slot)) }
    }

    /// Gives the host every buffer, and asks for no interrupts until `listen`: the answers that come while the first
    /// message is written are looked for and not announced.
    mutating func postBuffers() {
        receiveQueue.setInterrupts(.unwanted)
        for buffer in 0..<receiveQueue.size { post(UInt8(buffer)) }
        _ = receiveQueue.publish()
    }

    /// The next message from the host; its buffer is submitted again.
    mutating func nextMessage() throws(DeviceError) -> ReceivedConsoleMessage? {
        while let used = try receiveQueue.takeUsed() {
            let buffer = bufferOfHead[Int(used.head)]
            let at = receiveAt + Int(buffer) * ConsoleMessage.maximumSize
            let message = ReceivedConsoleMessage(in: shared, at: at, count: used.written)
            post(buffer)
            if let message { return message }
        }
        return nil
    }

    /// Shows the host the buffers that were given back; true if it wants a notification.
    mutating func publishBuffers() -> Bool { receiveQueue.publish() }

    /// Asks for an interrupt at the next message; true if there is one already.
    mutating func listen() -> Bool { receiveQueue.setInterrupts(.wanted) }

    /// Queues `message`; true if the host wants a notification.
    mutating func send(_ message: ConsoleMessage) throws(DeviceError) -> Bool {
        waiting.append(message)
        return try sendWaiting()
    }

    /// Moves waiting messages to slots that the host has finished with.
    mutating func sendWaiting() throws(DeviceError) -> Bool {
        while let used = try sendQueue.takeUsed() { freeSlots.append(slotOfHead[Int(used.head)]) }
        while !waiting.isEmpty, let slot = freeSlots.popLast() {
            let at = sendAt + Int(slot) * ConsoleMessage.headerSize
            waiting.removeFirst().write(to: shared, at: at)
            let segment = QueueSegment(
                address: shared.physicalAddress(of: at), count: UInt32(ConsoleMessage.headerSize), direction: .toDevice)
            // A free slot means a free descriptor: both are counted by the same queue.
            guard let head = sendQueue.submit(segment) else { break }
            slotOfHead[Int(head)] = slot
        }
        sendQueue.setInterrupts(waiting.isEmpty ? .unwanted : .wanted)
        return sendQueue.publish()
    }

    private mutating func post(_ buffer: UInt8) {
        let at = receiveAt + Int(buffer) * ConsoleMessage.maximumSize
        let segment = QueueSegment(
            address: shared.physicalAddress(of: at), count: UInt32(ConsoleMessage.maximumSize), direction: .fromDevice)
        if let head = receiveQueue.submit(segment) { bufferOfHead[Int(head)] = buffer }
    }
}
