// SPDX-License-Identifier: Apache-2.0
//
// Bytes to the host. A write goes into one page and one descriptor; up to four pages are made as they are needed and
// are used again once the host has taken them. The queue asks for no interrupts as long as there is room: used pages
// are collected by the next write. Only a sender that found no room turns them on.

import DeviceModel
import Memory
import Sync
import VirtIO

/// The send queue and its pages.
struct SendSide: ~Copyable {
    var queue: Virtqueue
    var pages: [SharedDMABuffer] = []
    /// The pages that neither the host nor a sender has.
    var free: [UInt8] = []
    /// The page that each head stands for.
    var pageOfHead: [UInt8]
    /// The page that the sender is filling.
    var reserved: UInt8?
    /// Whether the client waits for `portHasRoom`.
    var owesRoomNotice = false

    init(queue: consuming Virtqueue) {
        pageOfHead = [UInt8](repeating: 0, count: queue.size)
        queue.setInterrupts(.unwanted)
        pages.reserveCapacity(queue.size)
        free.reserveCapacity(queue.size)
        self.queue = queue
    }

    /// Collects the pages that the host has taken.
    mutating func reclaim() throws(DeviceError) {
        while let used = try queue.takeUsed() { free.append(pageOfHead[Int(used.head)]) }
    }

    /// Whether a page is free or may still be made.
    var hasPage: Bool { !free.isEmpty || pages.count < queue.size }

    /// Asks for an interrupt when the host takes a page; true if it just has.
    mutating func askForRoomNotice() -> Bool {
        owesRoomNotice = true
        return queue.setInterrupts(.wanted)
    }

    /// Whether the client is owed a call and there is reason for it.
    mutating func takeRoomNotice() -> Bool {
        guard owesRoomNotice, queue.hasUsed else { return false }
        owesRoomNotice = false
        queue.setInterrupts(.unwanted)
        return true
    }

    mutating func reserve(_ page: UInt8) -> TransferWindow {
        reserved = page
        return pages[Int(page)].window(at: 0, count: pageSize)
    }
}

extension ConsolePort {
    /// What looking for a page can answer.
    private enum Room {
        case window(TransferWindow)
        case none
        case mayGrow
    }

    func sendWindow() throws(DeviceError) -> TransferWindow? {
        guard !link.withLock({ $0.hasEnded }) else { throw .ended }
        switch try room() {
        case .window(let window): return window
        case .none: return nil
        case .mayGrow: break
        }
        // Made outside the lock: allocation may take time. Senders are serialised by the caller, so nobody races us.
        let page = try SharedDMABuffer(byteCount: pageSize)
        return sending.withLock { side in
            side.pages.append(page)
            return side.reserve(UInt8(side.pages.count - 1))
        }
    }

    private func room() throws(DeviceError) -> Room {
        do throws(DeviceError) {
            return try sending.withLock { (side: inout SendSide) throws(DeviceError) in
                precondition(side.reserved == nil, "two senders at once")
                try side.reclaim()
                if let page = side.free.popLast() { return .window(side.reserve(page)) }
                if side.pages.count < side.queue.size { return .mayGrow }
                guard side.askForRoomNotice() else { return .none }
                try side.reclaim()
                guard let page = side.free.popLast() else { return .none }
                return .window(side.reserve(page))
            }
        } catch {
            tellHost.deviceFailed()
            throw .ended
        }
    }

    func commit(_ count: Int) {
        let wantsNotification = sending.withLock { side in
            guard let page = side.reserved else { preconditionFailure("commit without a send window") }
            side.reserved = nil
            precondition(count >= 0 && count <= pageSize)
            let segment = QueueSegment(
                address: side.pages[Int(page)].physicalAddress(of: 0), count: UInt32(count), direction: .toDevice)
            guard count > 0, let head = side.queue.submit(segment) else {
                side.free.append(page)
                return false
            }
            side.pageOfHead[Int(head)] = page
            return side.queue.publish()
        }
        if wantsNotification { transport.notify(ConsoleQueue.send(Int(number))) }
    }

    func send(_ bytes: RawSpan) throws(DeviceError) -> Int {
        var sent = 0
        while sent < bytes.byteCount, let window = try sendWindow() {
            let count = min(window.count, bytes.byteCount - sent)
            let page = sending.withLock { side in side.reserved.map { side.pages[Int($0)] } }
            page?.memory.copyIn(bytes.extracting(sent..<sent + count), at: 0)
            commit(count)
            sent += count
        }
        return sent
    }

    func hasSendRoom() -> Bool {
        do throws(DeviceError) {
            return try sending.withLock { (side: inout SendSide) throws(DeviceError) in
                try side.reclaim()
                if side.hasPage { return true }
                guard side.askForRoomNotice() else { return false }
                try side.reclaim()
                return side.hasPage
            }
        } catch {
            // The next attempt to send finds the port ended and says so.
            tellHost.deviceFailed()
            return true
        }
    }

    func isSendIdle() -> Bool {
        do throws(DeviceError) {
            return try sending.withLock { (side: inout SendSide) throws(DeviceError) in
                try side.reclaim()
                if side.queue.outstanding == 0 { return true }
                guard side.askForRoomNotice() else { return false }
                try side.reclaim()
                return side.queue.outstanding == 0
            }
        } catch {
            tellHost.deviceFailed()
            return true
        }
    }
}
