// SPDX-License-Identifier: Apache-2.0
//
// Device registers. Every access is one volatile instruction of the stated width, in program order; a plain pointer
// would let the compiler merge, repeat or delete them. Windows are made by the kernel's address space alone
// (Machine's KernelSpace) and never unmapped.

internal import CMachine

/// A range of memory-mapped device registers.
public struct MMIOWindow: Sendable {
    private let base: UInt
    /// The size of the window in bytes.
    public let byteCount: Int

    /// - Parameter base: the kernel's address of the mapped registers; uncached.
    package init(base: UInt, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    @inline(__always) private func address(_ offset: Int, _ width: Int) -> UInt {
        precondition(offset >= 0 && offset &+ width <= byteCount)
        return base &+ UInt(bitPattern: offset)
    }

    /// Reads one byte.
    public func read8(_ offset: Int) -> UInt8 { machine_load8(address(offset, 1)) }
    /// Reads 16 bits, little-endian.
    public func read16(_ offset: Int) -> UInt16 { machine_load16(address(offset, 2)) }
    /// Reads 32 bits, little-endian.
    public func read32(_ offset: Int) -> UInt32 { machine_load32(address(offset, 4)) }
    /// Reads 64 bits, little-endian.
    public func read64(_ offset: Int) -> UInt64 { machine_load64(address(offset, 8)) }
    /// Writes one byte.
    public func write8(_ offset: Int, _ value: UInt8) { machine_store8(address(offset, 1), value) }
    /// Writes 16 bits, little-endian.
    public func write16(_ offset: Int, _ value: UInt16) { machine_store16(address(offset, 2), value) }
    /// Writes 32 bits, little-endian.
    public func write32(_ offset: Int, _ value: UInt32) { machine_store32(address(offset, 4), value) }
    /// Writes 64 bits, little-endian.
    public func write64(_ offset: Int, _ value: UInt64) { machine_store64(address(offset, 8), value) }

    /// A part of the window.
    public func slice(at offset: Int, byteCount count: Int) -> MMIOWindow {
        precondition(offset >= 0 && count >= 0 && offset &+ count <= byteCount)
        return MMIOWindow(base: base &+ UInt(bitPattern: offset), byteCount: count)
    }
}
