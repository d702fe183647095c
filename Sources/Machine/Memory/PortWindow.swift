// SPDX-License-Identifier: Apache-2.0
//
// x86's second address space, of 65,536 byte-wide ports (SDM vol. 1 §18). Other architectures have none and answer
// as an empty bus does.

internal import CMachine

/// A range of I/O ports.
public struct PortWindow: Sendable {
    /// The first port.
    public let base: UInt16
    /// The number of ports.
    public let byteCount: Int

    /// Creates the window. The ports need no mapping; which device answers is the platform's knowledge.
    public init(base: UInt16, byteCount: Int) {
        self.base = base
        self.byteCount = byteCount
    }

    @inline(__always) private func port(_ offset: Int, _ width: Int) -> UInt16 {
        precondition(offset >= 0 && offset &+ width <= byteCount)
        return base &+ UInt16(truncatingIfNeeded: offset)
    }

    /// Reads one byte.
    public func read8(_ offset: Int) -> UInt8 { machine_in8(port(offset, 1)) }
    /// Reads 16 bits.
    public func read16(_ offset: Int) -> UInt16 { machine_in16(port(offset, 2)) }
    /// Reads 32 bits.
    public func read32(_ offset: Int) -> UInt32 { machine_in32(port(offset, 4)) }
    /// Writes one byte.
    public func write8(_ offset: Int, _ value: UInt8) { machine_out8(port(offset, 1), value) }
    /// Writes 16 bits.
    public func write16(_ offset: Int, _ value: UInt16) { machine_out16(port(offset, 2), value) }
    /// Writes 32 bits.
    public func write32(_ offset: Int, _ value: UInt32) { machine_out32(port(offset, 4), value) }
}
