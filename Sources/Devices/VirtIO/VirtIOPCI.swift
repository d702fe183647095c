// SPDX-License-Identifier: Apache-2.0
//
// Recognising virtio devices on PCI and finding their register blocks (virtio 1.3 §4.1.2, §4.1.4). Each block is named
// by a vendor-specific capability: type, base address register, offset, length; a driver takes the first of each type
// that it can use. Transitional devices (0x1000–0x103f) are driven through these blocks too; one without them is legacy.

import DeviceModel
public import PCI

/// Virtio's conventions on PCI.
public enum VirtIOPCI {
    /// The vendor of every virtio device.
    static let vendor: UInt16 = 0x1af4

    /// The virtio type of `function`, or nil if it is not a virtio device.
    public static func deviceType(of function: PCIFunction) -> UInt32? {
        guard function.vendor == vendor else { return nil }
        switch function.device {
        case 0x1040...0x107f: return UInt32(function.device - 0x1040)
        // Transitional devices carry their type in the subsystem identifier (virtio 1.3 §4.1.2.3).
        case 0x1000...0x103f: return UInt32(function.read16(0x2e))
        default: return nil
        }
    }
}

/// What a register block is for (virtio 1.3 §4.1.4).
enum VirtIOPCIBlockKind: UInt8 {
    case common = 1
    case notify = 2
    case interruptStatus = 3
    case device = 4
}

/// A register block as its capability describes it.
struct VirtIOPCIBlock {
    let bar: Int
    let offset: UInt32
    let length: UInt32
    /// The distance between two queues' notify registers; only in the notify block.
    let notifyMultiplier: UInt32
}

extension PCIFunction {
    /// The first usable block of `kind`.
    func virtIOBlock(_ kind: VirtIOPCIBlockKind) -> VirtIOPCIBlock? {
        var found: VirtIOPCIBlock?
        forEachCapability { capability in
            guard capability.identifier == PCICapability.vendorSpecific,
                read8(capability.offset + 2) >= 16, read8(capability.offset + 3) == kind.rawValue
            else { return .next }
            let bar = Int(read8(capability.offset + 4))
            guard bar < 6 else { return .next }  // virtio 1.3 §4.1.4.1: other values are reserved, skip the block
            found = VirtIOPCIBlock(
                bar: bar, offset: read32(capability.offset + 8), length: read32(capability.offset + 12),
                notifyMultiplier: kind == .notify ? read32(capability.offset + 16) : 0)
            return .stop
        }
        return found
    }
}
