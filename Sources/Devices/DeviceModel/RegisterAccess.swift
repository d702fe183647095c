// SPDX-License-Identifier: Apache-2.0
//
// The one way a driver reaches device registers: reads and writes of a stated width at a byte offset. Drivers are
// generic over it, so that the same code runs on memory-mapped registers, on x86 ports and on a fake that records the
// trace. Every access reaches the device, once, in program order; nothing is cached or merged.

/// A window of device registers.
///
/// Offsets are bytes from the start of the window and must be aligned to the width. Values are little-endian on the
/// bus, as PCI and virtio 1.x have them, and native to the caller.
public protocol RegisterAccess: Sendable {
    /// Reads one byte.
    func read8(_ offset: Int) -> UInt8
    /// Reads two bytes.
    func read16(_ offset: Int) -> UInt16
    /// Reads four bytes.
    func read32(_ offset: Int) -> UInt32
    /// Writes one byte.
    func write8(_ offset: Int, _ value: UInt8)
    /// Writes two bytes.
    func write16(_ offset: Int, _ value: UInt16)
    /// Writes four bytes.
    func write32(_ offset: Int, _ value: UInt32)
}

extension RegisterAccess {
    /// Reads eight bytes as two reads of four, the low half first: the form virtio 1.3 §4.1.3.1 asks for.
    public func readPair(_ offset: Int) -> UInt64 {
        UInt64(read32(offset)) | UInt64(read32(offset + 4)) << 32
    }

    /// Writes eight bytes as two writes of four, the low half first.
    public func writePair(_ offset: Int, _ value: UInt64) {
        write32(offset, UInt32(truncatingIfNeeded: value))
        write32(offset + 4, UInt32(truncatingIfNeeded: value >> 32))
    }
}
