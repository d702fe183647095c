// SPDX-License-Identifier: Apache-2.0
//
// DMA memory with several users. A DMABuffer has one owner; the rings of a device with many small queues share a page,
// and each queue holds this reference.

import Containers
public import DeviceModel
public import Memory

/// A DMA buffer that lives as long as anyone refers to it.
public final class SharedDMABuffer: Sendable {
    /// The memory.
    public let memory: DMABuffer

    /// Allocates `byteCount` zeroed, physically contiguous bytes.
    ///
    /// - Throws: `.outOfMemory`.
    public init(byteCount: Int) throws(DeviceError) {
        do throws(OutOfMemory) { memory = try DMABuffer(byteCount: byteCount) } catch { throw .outOfMemory }
    }

    /// The physical address of the byte at `offset`.
    public func physicalAddress(of offset: Int) -> UInt64 { memory.physicalAddress.rawValue + UInt64(offset) }

    /// Names `count` bytes at `offset`, which must lie within one frame, for a transfer without another copy.
    public func window(at offset: Int, count: Int) -> TransferWindow {
        let address = physicalAddress(of: offset)
        let inFrame = Int(address) & (pageSize - 1)
        precondition(inFrame + count <= pageSize && offset + count <= memory.byteCount)
        return TransferWindow(
            frame: FrameNumber(UInt32(truncatingIfNeeded: address >> 12)), offset: inFrame, count: count)
    }
}
