// SPDX-License-Identifier: Apache-2.0
//
// The device's side of a split virtqueue (virtio 1.3 §2.7), written apart from the driver's side so that both can be
// wrong in different ways: it keeps nothing but its two indices and reads everything else from memory each time.

public import VirtIO

/// A chain of buffers that the driver has made available.
public struct FakeDeviceChain: Sendable {
    /// The index of its first descriptor.
    public let head: UInt16
    /// The bytes that the driver gave.
    public let readable: [UInt8]
    /// Where the device may write: address and count of each piece.
    public let writable: [(address: UInt64, count: Int)]

    /// How many bytes the device may write.
    public var writableCount: Int { writable.reduce(0) { $0 + $1.count } }
}

/// A split virtqueue, seen from the device.
public final class FakeDeviceQueue: @unchecked Sendable {
    /// Where the driver has put the queue.
    public let layout: VirtqueueLayout
    /// Chains taken from the available ring so far.
    public private(set) var consumed: UInt16 = 0
    /// Chains put into the used ring so far.
    public private(set) var produced: UInt16 = 0
    private let usesEventIndex: Bool

    /// Takes up a queue where the driver says it is.
    public init(_ layout: VirtqueueLayout, features: VirtIOFeatures) {
        self.layout = layout
        usesEventIndex = features.contains(.eventIndex)
    }

    /// How many chains the driver has made available and the device has not taken.
    public var available: Int { Int(GuestMemory.read(layout.available + 2, as: UInt16.self) &- consumed) }

    /// Takes the next chain.
    public func pop() -> FakeDeviceChain? {
        guard available > 0 else { return nil }
        let slot = UInt64(consumed % layout.size)
        let head = GuestMemory.read(layout.available + 4 + 2 * slot, as: UInt16.self)
        consumed &+= 1
        if usesEventIndex { GuestMemory.write(layout.used + 4 + 8 * UInt64(layout.size), consumed) }
        var readable: [UInt8] = []
        var writable: [(address: UInt64, count: Int)] = []
        var entry = head
        for _ in 0..<layout.size {
            let at = layout.descriptors + 16 * UInt64(entry)
            let address = GuestMemory.read(at, as: UInt64.self)
            let count = Int(GuestMemory.read(at + 8, as: UInt32.self))
            let flags = GuestMemory.read(at + 12, as: UInt16.self)
            if flags & 2 != 0 {
                writable.append((address, count))
            } else {
                precondition(writable.isEmpty, "a piece to read after a piece to write")
                readable += GuestMemory.read(address, count)
            }
            guard flags & 1 != 0 else { break }
            entry = GuestMemory.read(at + 14, as: UInt16.self)
        }
        return FakeDeviceChain(head: head, readable: readable, writable: writable)
    }

    /// Fills the chain with `bytes` and gives it back.
    public func push(_ chain: FakeDeviceChain, writing bytes: [UInt8] = []) {
        precondition(bytes.count <= chain.writableCount)
        var rest = bytes[...]
        for piece in chain.writable {
            GuestMemory.write(piece.address, Array(rest.prefix(piece.count)))
            rest = rest.dropFirst(piece.count)
        }
        pushRaw(head: UInt32(chain.head), length: UInt32(bytes.count))
    }

    /// Puts an entry into the used ring, true or not: for the driver's checks.
    public func pushRaw(head: UInt32, length: UInt32) {
        let at = layout.used + 4 + 8 * UInt64(produced % layout.size)
        GuestMemory.write(at, head)
        GuestMemory.write(at + 4, length)
        produced &+= 1
        GuestMemory.write(layout.used + 2, produced)
    }

    /// Whether the driver wants an interrupt for what was pushed since `before`.
    public func wantsInterrupt(since before: UInt16) -> Bool {
        guard produced != before else { return false }
        if usesEventIndex {
            let event = GuestMemory.read(layout.available + 4 + 2 * UInt64(layout.size), as: UInt16.self)
            return produced &- event &- 1 < produced &- before
        }
        return GuestMemory.read(layout.available, as: UInt16.self) & 1 == 0
    }

    /// Tells the driver whether to notify; only without event index.
    public func setNotifications(wanted: UInt16) { GuestMemory.write(layout.used, wanted == 0 ? UInt16(1) : 0) }
}
