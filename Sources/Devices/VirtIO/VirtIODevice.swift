// SPDX-License-Identifier: Apache-2.0
//
// Bringing a virtio device up and down in the order of virtio 1.3 §3.1:
//
//   reset → ACKNOWLEDGE → DRIVER → features → FEATURES_OK → (read back) → queues → DRIVER_OK → running
//
// A driver calls `negotiate`, sets its queues up, then `start`. Only virtio 1.x is spoken: a device that does not offer
// VERSION_1 is refused by name, since the legacy layout would need other register code and other rings.

public import DeviceModel

/// A virtio device whose features are agreed.
public struct VirtIODevice: Sendable {
    /// The device's registers.
    public let transport: any VirtIOTransport
    /// The features that both sides speak.
    public let features: VirtIOFeatures

    /// Resets the device and agrees on features.
    ///
    /// - Parameters:
    ///   - required: features without which the driver cannot work; `version1` is always among them.
    ///   - wanted: features that are taken if the device has them.
    /// - Throws: `.unsupported` if a required feature is missing or the device refuses the set; the device is then
    ///   marked FAILED.
    public static func negotiate(
        _ transport: any VirtIOTransport, required: VirtIOFeatures = [], wanted: VirtIOFeatures = []
    ) throws(DeviceError) -> VirtIODevice {
        try reset(transport)
        var status: VirtIOStatus = [.acknowledge]
        transport.writeStatus(status)
        status.insert(.driver)
        transport.writeStatus(status)

        let offered = transport.readDeviceFeatures()
        guard offered.contains(.version1) else {
            transport.writeStatus(status.union(.failed))
            throw .unsupported("legacy virtio device; virtio 1.0 or later is needed")
        }
        guard offered.isSuperset(of: required) else {
            transport.writeStatus(status.union(.failed))
            throw .unsupported("the device lacks a feature that the driver needs")
        }
        let agreed = offered.intersection(wanted).union(required).union(.version1)
        transport.writeDriverFeatures(agreed)
        status.insert(.featuresOK)
        transport.writeStatus(status)
        guard transport.readStatus().contains(.featuresOK) else {
            transport.writeStatus(status.union(.failed))
            throw .unsupported("the device refuses the features it offered")
        }
        return VirtIODevice(transport: transport, features: agreed)
    }

    /// Lets the device run. Its queues must be enabled.
    public func start() {
        transport.writeStatus([.acknowledge, .driver, .featuresOK, .driverOK])
    }

    /// Gives the device up after a failure of the driver.
    public func fail() {
        transport.writeStatus(transport.readStatus().union(.failed))
    }

    /// Resets the device: it touches no memory afterwards.
    ///
    /// - Context: any; polls for a bounded time.
    public func quiesce() {
        // A device that does not finish its reset cannot be helped at power-off; the machine goes down anyway.
        do throws(DeviceError) { try Self.reset(transport) } catch {}
    }

    /// Resets and waits until the device says so (virtio 1.3 §4.1.4.3.2).
    private static func reset(_ transport: any VirtIOTransport) throws(DeviceError) {
        transport.writeStatus([])
        for _ in 0..<resetPolls where transport.readStatus() == [] { return }
        throw .protocolViolation("virtio: the device does not finish its reset")
    }

    /// Reads of the status before a reset counts as hung. Each is a device access, about a microsecond when it exits.
    private static let resetPolls = 100_000
}
