// SPDX-License-Identifier: Apache-2.0
//
// The list of capabilities in a function's configuration registers (PCI 3.0 §6.7). The list is the device's word: its
// pointers are checked and the walk is bounded, so that a loop in it ends.

/// One entry of the list.
public struct PCICapability: Equatable, Sendable {
    /// Vendor-specific: virtio describes its registers with these (virtio 1.3 §4.1.4).
    public static let vendorSpecific: UInt8 = 0x09
    /// Message-signalled interrupts with a table (MSI-X).
    public static let messageTable: UInt8 = 0x11

    /// What it is.
    public let identifier: UInt8
    /// Where it is in configuration space.
    public let offset: Int
}

extension PCIFunction {
    /// Visits the capabilities in list order until `visit` answers `.stop`.
    public func forEachCapability(_ visit: (PCICapability) -> PCIWalk) {
        guard read16(0x06) & 0x10 != 0 else { return }
        var offset = Int(read8(0x34) & 0xfc)
        // 192 bytes of at least four each: there cannot be more.
        for _ in 0..<48 {
            guard offset >= 0x40 else { return }
            let header = read16(offset)
            let capability = PCICapability(identifier: UInt8(truncatingIfNeeded: header), offset: offset)
            if visit(capability) == .stop { return }
            offset = Int(header >> 8 & 0xfc)
        }
    }

    /// The first capability with `identifier`.
    public func firstCapability(_ identifier: UInt8) -> PCICapability? {
        var found: PCICapability?
        forEachCapability { capability in
            guard capability.identifier == identifier else { return .next }
            found = capability
            return .stop
        }
        return found
    }
}

/// Whether a walk goes on.
public enum PCIWalk: Sendable {
    /// On to the next.
    case next
    /// Enough.
    case stop
}
