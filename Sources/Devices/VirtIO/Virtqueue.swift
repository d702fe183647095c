// SPDX-License-Identifier: Apache-2.0
//
// The driver's side of a split virtqueue (virtio 1.3 §2.7): stored state and memory layout. Submitting buffers is in
// Virtqueue+Submit.swift, taking them back in Virtqueue+Complete.swift.
//
//   base ─► descriptor table   16 × size     we write
//           available ring      6 + 2 × size  we write    flags, index, heads…, used_event
//           (padding to 4)
//           used ring           6 + 8 × size  device writes    flags, index, (head, length)…, available_event
//
// The device could scribble over the whole of it, so nothing that matters is read back: the chain links, the number of
// outstanding chains and our indices are kept in private arrays, and what the device says is checked against them.
// A queue has no lock; its owner keeps it inside one.

import Memory

/// One physically contiguous piece of a buffer.
public struct QueueSegment: Sendable {
    /// Who moves bytes which way.
    public enum Direction: Sendable {
        /// The device reads what the driver has put there.
        case toDevice
        /// The device writes, the driver reads afterwards.
        case fromDevice
    }

    /// Where it is.
    public let address: UInt64
    /// How many bytes it has.
    public let count: UInt32
    /// Which way bytes go.
    public let direction: Direction

    /// Describes a piece.
    public init(address: UInt64, count: UInt32, direction: Direction) {
        self.address = address
        self.count = count
        self.direction = direction
    }
}

/// A buffer that the device has finished with.
public struct UsedBuffer: Equatable, Sendable {
    /// What `submit` answered for it.
    public let head: UInt16
    /// How many bytes the device says it wrote, never more than the buffer had room for.
    public let written: Int

    /// Pairs the two.
    public init(head: UInt16, written: Int) {
        self.head = head
        self.written = written
    }
}

/// A split virtqueue, seen from the driver.
public struct Virtqueue: ~Copyable {
    /// The number the device knows it by.
    public let index: Int
    /// Entries.
    public let size: Int

    let shared: SharedDMABuffer
    let descriptorsAt: Int
    let availableAt: Int
    let usedAt: Int
    let signalling: Signalling

    /// For a free descriptor the next free one, for one in use the next of its chain.
    var next: [UInt16]
    /// For the head of a chain that the device has: its descriptors; zero for every other descriptor.
    var chainLength: [UInt16]
    /// For the head of a chain: the bytes that the device may write.
    var writable: [UInt32]
    var firstFree: UInt16 = 0
    /// Descriptors that no chain uses.
    public internal(set) var freeCount: Int
    /// Chains we have put into the available ring, modulo 2^16.
    var submitted: UInt16 = 0
    /// Chains the device has been shown.
    var published: UInt16 = 0
    /// Chains we have taken from the used ring.
    var taken: UInt16 = 0

    /// How the two sides tell each other that they need not be told (virtio 1.3 §2.7.7, §2.7.10).
    enum Signalling {
        case flags
        case eventIndex
    }

    /// Lays a queue out in zeroed shared memory.
    ///
    /// - Parameters:
    ///   - size: a power of two, at most 32768 and at most the device's limit.
    ///   - offset: a multiple of 16; `byteCount(size:)` bytes from there are the queue's.
    ///   - features: what was negotiated.
    public init(index: Int, size: Int, in shared: SharedDMABuffer, at offset: Int, features: VirtIOFeatures) {
        precondition(size > 0 && size <= 32768 && size & (size - 1) == 0 && offset % 16 == 0)
        precondition(offset + Self.byteCount(size: size) <= shared.memory.byteCount)
        self.index = index
        self.size = size
        self.shared = shared
        descriptorsAt = offset
        availableAt = offset + 16 * size
        usedAt = (availableAt + 6 + 2 * size + 3) & ~3
        signalling = features.contains(.eventIndex) ? .eventIndex : .flags
        next = [UInt16](repeating: 0, count: size)
        for entry in 0..<size { next[entry] = UInt16(truncatingIfNeeded: entry + 1) }
        chainLength = [UInt16](repeating: 0, count: size)
        writable = [UInt32](repeating: 0, count: size)
        freeCount = size
    }

    /// The bytes that a queue of `size` entries takes, rounded up so that another can follow.
    public static func byteCount(size: Int) -> Int {
        let used = (16 * size + 6 + 2 * size + 3) & ~3
        return (used + 6 + 8 * size + 15) & ~15
    }

    /// The largest power of two that is at most `wanted` and at most `limit`; zero if the device has no such queue.
    public static func size(wanted: Int, limit: Int) -> Int {
        var size = 1
        while size * 2 <= wanted && size * 2 <= limit { size *= 2 }
        return limit == 0 ? 0 : size
    }

    /// Where the parts are, for the transport.
    public var layout: VirtqueueLayout {
        VirtqueueLayout(
            size: UInt16(size), descriptors: shared.physicalAddress(of: descriptorsAt),
            available: shared.physicalAddress(of: availableAt), used: shared.physicalAddress(of: usedAt))
    }

    /// Chains that the device has and has not given back.
    public var outstanding: Int { Int(submitted &- taken) }
}
