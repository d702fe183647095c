// SPDX-License-Identifier: Apache-2.0
//
// A transport without registers: what the driver says reaches the fake device as it is. For tests of drivers, where the
// register block is not the subject.

public import DeviceModel
public import Interrupts
public import VirtIO

/// Puts a driver on a FakeVirtIODevice.
public final class FakeVirtIOTransport: VirtIOTransport {
    /// The device behind it.
    public let device: FakeVirtIODevice
    /// The line that the device's interrupts are on.
    public static let interruptLine: UInt32 = 11

    /// Puts a transport before `device`.
    public init(_ device: FakeVirtIODevice) { self.device = device }

    /// The device type.
    public var deviceType: UInt32 { device.type }
    /// Reads the features that the device offers.
    public func readDeviceFeatures() -> VirtIOFeatures { device.offered }
    /// Tells the device which features the driver takes.
    public func writeDriverFeatures(_ features: VirtIOFeatures) { device.accepted = features }
    /// Reads the device status.
    public func readStatus() -> VirtIOStatus { device.status }
    /// Writes the device status.
    public func writeStatus(_ status: VirtIOStatus) { device.setStatus(status) }

    /// Connects the device's interrupts to one handler.
    public func connectInterrupts(
        to handler: any InterruptHandler, through router: any InterruptRouter
    ) throws(DeviceError) {
        try router.connect(line: Self.interruptLine, to: handler)
    }

    /// Answers why the device interrupted, and quiets it.
    public func acknowledgeInterrupt() -> VirtIOInterruptCauses {
        defer { device.causes = [] }
        return device.causes
    }

    /// The most entries that a queue can have; zero if there is none.
    public func queueSizeLimit(_ index: Int) -> Int {
        index < device.queueLimits.count ? device.queueLimits[index] : 0
    }

    /// Gives a queue its memory and starts it.
    public func enableQueue(_ index: Int, _ layout: VirtqueueLayout) throws(DeviceError) {
        device.enable(index, layout)
    }

    /// Tells the device that a queue has new buffers.
    public func notify(_ index: Int) { device.notify(index) }
    /// Reads a byte of the device configuration.
    public func readConfiguration8(_ offset: Int) -> UInt8 { UInt8(device.readConfiguration(offset, 1)) }
    /// Reads two bytes of the device configuration.
    public func readConfiguration16(_ offset: Int) -> UInt16 { UInt16(device.readConfiguration(offset, 2)) }
    /// Reads four bytes of the device configuration.
    public func readConfiguration32(_ offset: Int) -> UInt32 { UInt32(device.readConfiguration(offset, 4)) }
    /// Writes four bytes of the device configuration.
    public func writeConfiguration32(_ offset: Int, _ value: UInt32) {}
    /// Reads the configuration generation.
    public func readConfigurationGeneration() -> UInt32 { device.generation }
}
