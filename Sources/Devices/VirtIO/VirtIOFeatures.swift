// SPDX-License-Identifier: Apache-2.0
//
// The feature bits that every virtio device shares (virtio 1.3 §6). Bits 0–23 and 50–127 belong to the device type and
// are named by its driver.

/// A set of virtio features: what a device offers, what a driver wants, what both agreed on.
public struct VirtIOFeatures: OptionSet, Sendable {
    /// Bit n is feature n.
    public let rawValue: UInt64

    /// Makes a set from its bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The feature of number `bit`.
    public static func bit(_ bit: Int) -> VirtIOFeatures { VirtIOFeatures(rawValue: 1 << UInt64(bit)) }

    /// Buffers may be described by a table of descriptors elsewhere (VIRTIO_F_INDIRECT_DESC).
    public static let indirectDescriptors = VirtIOFeatures(rawValue: 1 << 28)
    /// Either side says at which index it wants to be told (VIRTIO_F_EVENT_IDX).
    public static let eventIndex = VirtIOFeatures(rawValue: 1 << 29)
    /// The device follows virtio 1.0 or later (VIRTIO_F_VERSION_1). Required by Apus.
    public static let version1 = VirtIOFeatures(rawValue: 1 << 32)
    /// The device reaches memory through an IOMMU or with other limits (VIRTIO_F_ACCESS_PLATFORM).
    public static let accessPlatform = VirtIOFeatures(rawValue: 1 << 33)
    /// The packed ring (VIRTIO_F_RING_PACKED).
    public static let packedRing = VirtIOFeatures(rawValue: 1 << 34)
}

/// The device status field (virtio 1.3 §2.1).
public struct VirtIOStatus: OptionSet, Sendable {
    /// The byte as the device holds it.
    public let rawValue: UInt8

    /// Makes a status from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The kernel has seen the device.
    public static let acknowledge = VirtIOStatus(rawValue: 1)
    /// The kernel has a driver for it.
    public static let driver = VirtIOStatus(rawValue: 2)
    /// The driver is ready to drive.
    public static let driverOK = VirtIOStatus(rawValue: 4)
    /// Features are agreed.
    public static let featuresOK = VirtIOStatus(rawValue: 8)
    /// The device has failed in a way that only a reset mends.
    public static let needsReset = VirtIOStatus(rawValue: 64)
    /// The driver has given the device up.
    public static let failed = VirtIOStatus(rawValue: 128)
}

/// Why a virtio device interrupted (virtio 1.3 §4.1.4.5).
public struct VirtIOInterruptCauses: OptionSet, Sendable {
    /// The bits of the interrupt status register.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A queue has used buffers.
    public static let queue = VirtIOInterruptCauses(rawValue: 1)
    /// The device configuration changed.
    public static let configuration = VirtIOInterruptCauses(rawValue: 2)
}
