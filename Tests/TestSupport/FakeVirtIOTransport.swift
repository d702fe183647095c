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

    public var deviceType: UInt32 { device.type }
    public func readDeviceFeatures() -> VirtIOFeatures { device.offered }
    public func writeDriverFeatures(_ features: VirtIOFeatures) { device.accepted = features }
    public func readStatus() -> VirtIOStatus { device.status }
    public func writeStatus(_ status: VirtIOStatus) { device.setStatus(status) }

    public func connectInterrupts(
        to handler: any InterruptHandler, through router: any InterruptRouter
    ) throws(DeviceError) {
        try router.connect(line: Self.interruptLine, to: handler)
    }

    public func acknowledgeInterrupt() -> VirtIOInterruptCauses {
        defer { device.causes = [] }
        return device.causes
    }

    public func queueSizeLimit(_ index: Int) -> Int {
        index < device.queueLimits.count ? device.queueLimits[index] : 0
    }

    public func enableQueue(_ index: Int, _ layout: VirtqueueLayout) throws(DeviceError) {
        device.enable(index, layout)
    }

    public func notify(_ index: Int) { device.notify(index) }
    public func readConfiguration8(_ offset: Int) -> UInt8 { UInt8(device.readConfiguration(offset, 1)) }
    public func readConfiguration16(_ offset: Int) -> UInt16 { UInt16(device.readConfiguration(offset, 2)) }
    public func readConfiguration32(_ offset: Int) -> UInt32 { UInt32(device.readConfiguration(offset, 4)) }
    public func writeConfiguration32(_ offset: Int, _ value: UInt32) {}
    public func readConfigurationGeneration() -> UInt32 { device.generation }
}
