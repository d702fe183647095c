// SPDX-License-Identifier: Apache-2.0
//
// Giving buffers to the device: fill descriptors, put the head into the available ring, publish, notify if it asks
// (virtio 1.3 §2.7.13). `submit` may be called many times before one `publish`, which is where the barriers are.

import Memory

extension Virtqueue {
    /// Describes a buffer of one piece to the device. It sees it at the next `publish`.
    ///
    /// - Returns: the head that `takeUsed` will answer, or nil if no descriptor is free.
    @inline(never)  // 440 bytes at each of its callers
    public mutating func submit(_ segment: QueueSegment) -> UInt16? {
        guard freeCount > 0 else { return nil }
        let head = firstFree
        firstFree = next[Int(head)]
        freeCount -= 1
        describe(head, segment, link: nil)
        enqueue(head, length: 1, writable: segment.direction == .fromDevice ? segment.count : 0)
        return head
    }

    /// Describes a buffer of several pieces, those the device reads before those it writes (virtio 1.3 §2.7.4.2).
    ///
    /// - Returns: the head that `takeUsed` will answer, or nil if too few descriptors are free.
    public mutating func submit(_ segments: Span<QueueSegment>) -> UInt16? {
        precondition(segments.count > 0)
        guard freeCount >= segments.count else { return nil }
        let head = firstFree
        var entry = head
        var writableBytes: UInt32 = 0
        for position in 0..<segments.count {
            let segment = segments[position]
            let following = next[Int(entry)]
            if segment.direction == .fromDevice { writableBytes &+= segment.count }
            describe(entry, segment, link: position + 1 < segments.count ? following : nil)
            entry = following
        }
        firstFree = entry
        freeCount -= segments.count
        enqueue(head, length: UInt16(segments.count), writable: writableBytes)
        return head
    }

    /// Shows the device everything submitted so far.
    ///
    /// - Returns: whether it wants a notification; the caller sends it after letting go of the queue's lock.
    public mutating func publish() -> Bool {
        guard submitted != published else { return false }
        let before = published
        memoryFence()  // the entries before the index
        shared.memory.store16(availableAt + 2, submitted)
        published = submitted
        memoryFence()  // the index before we look whether the device sleeps
        switch signalling {
        case .flags:
            return shared.memory.load16(usedAt) & 1 == 0
        case .eventIndex:
            // virtio 1.3 §2.7.10.1: notify if available_event lies in [before, submitted).
            let event = shared.memory.load16(usedAt + 4 + 8 * size)
            return submitted &- event &- 1 < submitted &- before
        }
    }

    private func describe(_ entry: UInt16, _ segment: QueueSegment, link: UInt16?) {
        let at = descriptorsAt + 16 * Int(entry)
        var flags: UInt16 = segment.direction == .fromDevice ? 2 : 0
        if link != nil { flags |= 1 }
        shared.memory.store64(at, segment.address)
        shared.memory.store32(at + 8, segment.count)
        shared.memory.store16(at + 12, flags)
        shared.memory.store16(at + 14, link ?? 0)
    }

    private mutating func enqueue(_ head: UInt16, length: UInt16, writable bytes: UInt32) {
        chainLength[Int(head)] = length
        writable[Int(head)] = bytes
        shared.memory.store16(availableAt + 4 + 2 * (Int(submitted) & (size - 1)), head)
        submitted &+= 1
    }
}
