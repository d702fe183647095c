// SPDX-License-Identifier: Apache-2.0
//
// Base address registers (PCI 3.0 §6.2.5.1): where a function's memory and ports are, and how much it wants. The size
// is found by writing ones and reading back what sticks, with the function's decoders off meanwhile.

public import Memory

/// A range that a function answers in.
public struct PCIBaseAddress: Equatable, Sendable {
    /// The address space of the range.
    public enum Space: Equatable, Sendable {
        /// Memory below 4 GiB.
        case memory32
        /// Memory anywhere; takes two registers.
        case memory64
        /// Ports.
        case ports
    }

    /// Which register it is, 0–5.
    public let index: Int
    /// Memory or ports.
    public let space: Space
    /// Where it begins; zero if nobody has assigned it.
    public let address: UInt64
    /// How many bytes it has; a power of two.
    public let byteCount: UInt64
}

extension PCIFunction {
    /// The base address of register `index`, or nil if the function does not use it.
    public func baseAddress(_ index: Int) -> PCIBaseAddress? {
        guard index >= 0 && index < baseAddressCount else { return nil }
        let at = 0x10 + 4 * index
        let enabled = command
        setCommand(enabled.subtracting([.ports, .memory]))
        defer { setCommand(enabled) }

        let low = read32(at)
        let lowMask = probe(at, restoring: low)
        guard lowMask != 0 else { return nil }
        if low & 1 != 0 {
            // The upper half of a port register may read as zeros.
            let size = ~(lowMask & 0xffff_fffc | 0xffff_0000) &+ 1
            return PCIBaseAddress(
                index: index, space: .ports, address: UInt64(low & 0xffff_fffc), byteCount: UInt64(size & 0xffff))
        }
        guard low & 0x6 == 0x4 else {
            let size = ~(lowMask & 0xffff_fff0) &+ 1
            return PCIBaseAddress(
                index: index, space: .memory32, address: UInt64(low & 0xffff_fff0), byteCount: UInt64(size))
        }
        guard index + 1 < baseAddressCount else { return nil }
        let high = read32(at + 4)
        let mask = UInt64(lowMask & 0xffff_fff0) | UInt64(probe(at + 4, restoring: high)) << 32
        return PCIBaseAddress(
            index: index, space: .memory64, address: UInt64(low & 0xffff_fff0) | UInt64(high) << 32,
            byteCount: ~mask &+ 1)
    }

    /// Puts a memory range at `address`, which must be a multiple of its size.
    public func assign(_ base: PCIBaseAddress, at address: PhysicalAddress) {
        let enabled = command
        setCommand(enabled.subtracting([.ports, .memory]))
        write32(0x10 + 4 * base.index, UInt32(truncatingIfNeeded: address.rawValue))
        if base.space == .memory64 {
            write32(0x14 + 4 * base.index, UInt32(truncatingIfNeeded: address.rawValue >> 32))
        }
        setCommand(enabled)
    }

    /// How many base address registers this header has.
    public var baseAddressCount: Int { headerType == 0 ? 6 : headerType == 1 ? 2 : 0 }

    private func probe(_ offset: Int, restoring value: UInt32) -> UInt32 {
        write32(offset, .max)
        let mask = read32(offset)
        write32(offset, value)
        return mask
    }
}
