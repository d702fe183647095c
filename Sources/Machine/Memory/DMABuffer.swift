// SPDX-License-Identifier: Apache-2.0
//
// Memory that a device reads and writes on its own: contiguous, in place, accessed with volatile instructions, copied
// in and out and never lent as a Span. It returns to the allocator with its owner, so the owner resets the device first.

internal import CMachine
public import Containers

/// Contiguous memory shared with a device.
public struct DMABuffer: ~Copyable, Sendable {
    private let first: FrameNumber
    /// The usable size in bytes.
    public let byteCount: Int

    /// Allocates and clears the memory.
    ///
    /// - Parameter byteCount: rounded up to 2^n frames; at most 4 MiB.
    /// - Throws: `OutOfMemory`.
    public init(byteCount: Int) throws(OutOfMemory) {
        let frames = max(1, (byteCount + pageSize - 1) / pageSize)
        let order = frames == 1 ? 0 : Int.bitWidth - (frames - 1).leadingZeroBitCount
        guard order <= BuddyAllocator.maximumOrder else { throw OutOfMemory() }
        first = try Frames.allocate(order: order)
        self.byteCount = byteCount
    }

    deinit { Frames.release(first) }

    /// The address that the device is told.
    public var physicalAddress: PhysicalAddress { first.physicalAddress }

    @inline(__always) private func pointer(_ offset: Int, _ count: Int) -> UnsafeMutableRawPointer {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= byteCount)
        return DirectMap.pointer(first) + offset
    }
    @inline(__always) private func address(_ offset: Int, _ count: Int) -> UInt {
        UInt(bitPattern: pointer(offset, count))
    }

    /// Reads one byte.
    public func load8(_ offset: Int) -> UInt8 { machine_load8(address(offset, 1)) }
    /// Reads 16 bits, little-endian.
    public func load16(_ offset: Int) -> UInt16 { machine_load16(address(offset, 2)) }
    /// Reads 32 bits, little-endian.
    public func load32(_ offset: Int) -> UInt32 { machine_load32(address(offset, 4)) }
    /// Reads 64 bits, little-endian.
    public func load64(_ offset: Int) -> UInt64 { machine_load64(address(offset, 8)) }
    /// Writes one byte.
    public func store8(_ offset: Int, _ value: UInt8) { machine_store8(address(offset, 1), value) }
    /// Writes 16 bits, little-endian.
    public func store16(_ offset: Int, _ value: UInt16) { machine_store16(address(offset, 2), value) }
    /// Writes 32 bits, little-endian.
    public func store32(_ offset: Int, _ value: UInt32) { machine_store32(address(offset, 4), value) }
    /// Writes 64 bits, little-endian.
    public func store64(_ offset: Int, _ value: UInt64) { machine_store64(address(offset, 8), value) }

    /// Copies bytes to the buffer.
    public func copyIn(_ source: RawSpan, at offset: Int) {
        let target = pointer(offset, source.byteCount)
        // SAFETY: `pointer` has checked the room.
        source.withUnsafeBytes { if let base = $0.baseAddress { memcpy(target, base, $0.count) } }
    }

    /// Copies `count` bytes of the buffer to the start of `target`.
    public func copyOut(at offset: Int, count: Int, into target: inout MutableRawSpan) {
        precondition(count <= target.byteCount)
        let source = pointer(offset, count)
        target.withUnsafeMutableBytes { if let base = $0.baseAddress { memcpy(base, source, count) } }
    }
}

/// Orders all earlier memory accesses before all later ones, for the device as well.
public func memoryFence() { machine_fence() }
