// SPDX-License-Identifier: Apache-2.0
//
// What a device calls itself on its bus, and what a driver says it can drive. A driver lists identities; the registry
// compares. Buses whose devices have more to say keep that in their own description type.

/// The name of a device in its bus's own terms.
public enum DeviceIdentity: Equatable, Sendable {
    /// A virtio device by its type: 1 network, 2 block, 3 console, 4 entropy … (virtio 1.3 §5).
    case virtIO(type: UInt32)
    /// A PCI function by vendor and device identifier.
    case pci(vendor: UInt16, device: UInt16)
    /// A PCI function by class and subclass, whoever made it.
    case pciClass(base: UInt8, sub: UInt8)
    /// A device that every PC has at a fixed place, or that the platform says is there.
    case legacy(LegacyDevice)
}

/// Devices that are found by agreement and not by enumeration.
public enum LegacyDevice: UInt8, Equatable, Sendable {
    /// A 16550-compatible serial port.
    case serialPort16550
    /// Arm's PL011 serial port.
    case serialPortPL011
    /// The MC146818 clock.
    case realTimeClock
}
