// SPDX-License-Identifier: Apache-2.0
//
// Bytes from the host. Two half-page buffers are with the host; one that it has filled is the client's, window by
// window, until it is consumed to its end and goes back. A client that does not read leaves both buffers full, and the
// host waits.

import DeviceModel
import Memory
import Sync
import VirtIO

/// The receive queue and its buffers.
struct ReceiveSide: ~Copyable {
    var queue: Virtqueue
    /// One page, cut into as many buffers as the queue has entries; nil until the direction is opened.
    var page: SharedDMABuffer?
    /// The buffer that each head stands for.
    var bufferOfHead: [UInt8]
    /// The buffer that the client is emptying.
    var current: Filled?

    /// Where the unread bytes are.
    struct Filled {
        let buffer: UInt8
        var start: Int
        let end: Int
    }

    init(queue: consuming Virtqueue) {
        bufferOfHead = [UInt8](repeating: 0, count: queue.size)
        self.queue = queue
    }

    var bufferSize: Int { pageSize / queue.size }
    var hasBytes: Bool { current != nil || queue.hasUsed }

    /// Gives `buffer` to the host.
    mutating func post(_ buffer: UInt8) {
        guard let page else { return }
        let segment = QueueSegment(
            address: page.physicalAddress(of: Int(buffer) * bufferSize), count: UInt32(bufferSize),
            direction: .fromDevice)
        if let head = queue.submit(segment) { bufferOfHead[Int(head)] = buffer }
    }

    /// Makes the next filled buffer the current one. When there is none, the next one will interrupt: with event index
    /// a queue interrupts once for each time it is asked.
    mutating func advance() throws(DeviceError) {
        while current == nil {
            guard let used = try queue.takeUsed() else {
                if queue.setInterrupts(.wanted) { continue }
                return
            }
            let buffer = bufferOfHead[Int(used.head)]
            if used.written > 0 {
                let start = Int(buffer) * bufferSize
                current = Filled(buffer: buffer, start: start, end: start + used.written)
            } else {
                post(buffer)
            }
        }
    }

    /// Takes the first `count` bytes of the current buffer away. - Returns: whether the host wants to be notified of
    /// the buffer that it got back.
    mutating func consume(_ count: Int) -> Bool {
        guard var filled = current else {
            precondition(count == 0, "consume without a received window")
            return false
        }
        precondition(count >= 0 && count <= filled.end - filled.start)
        filled.start += count
        guard filled.start == filled.end else {
            current = filled
            return false
        }
        current = nil
        post(filled.buffer)
        return queue.publish()
    }
}

extension ConsolePort {
    /// Makes the buffers and gives them to the host.
    func openReceiving() throws(DeviceError) {
        let page = try SharedDMABuffer(byteCount: pageSize)
        let wantsNotification = receiving.withLock { side in
            side.page = page
            for buffer in 0..<side.queue.size { side.post(UInt8(buffer)) }
            return side.queue.publish()
        }
        if wantsNotification { transport.notify(ConsoleQueue.receive(Int(number))) }
    }

    func receivedWindow() -> TransferWindow? {
        do throws(DeviceError) {
            return try receiving.withLock { (side: inout ReceiveSide) throws(DeviceError) in
                try side.advance()
                guard let filled = side.current, let page = side.page else { return nil }
                return page.window(at: filled.start, count: filled.end - filled.start)
            }
        } catch {
            // The queue is broken and stays so: the console ends every port, which is how the client learns of it.
            tellHost.deviceFailed()
            return nil
        }
    }

    func consume(_ count: Int) {
        let wantsNotification = receiving.withLock { $0.consume(count) }
        if wantsNotification { transport.notify(ConsoleQueue.receive(Int(number))) }
    }

    func receive(into bytes: inout MutableRawSpan) -> Int {
        var taken = 0
        var wantsNotification = false
        do throws(DeviceError) {
            // In one piece under the lock: of two receivers each gets bytes of its own.
            try receiving.withLock { (side: inout ReceiveSide) throws(DeviceError) in
                try side.advance()
                guard let filled = side.current, let page = side.page else { return }
                taken = min(filled.end - filled.start, bytes.byteCount)
                page.memory.copyOut(at: filled.start, count: taken, into: &bytes)
                wantsNotification = side.consume(taken)
            }
        } catch {
            // The queue is broken and stays so: the console ends every port, which is how the client learns of it.
            tellHost.deviceFailed()
        }
        if wantsNotification { transport.notify(ConsoleQueue.receive(Int(number))) }
        return taken
    }
}
