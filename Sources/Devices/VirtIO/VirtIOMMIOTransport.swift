// SPDX-License-Identifier: Apache-2.0
//
// The virtio MMIO register block, version 2 (virtio 1.3 §4.2). Version 1 is the legacy layout of QEMU's default; it is
// refused with the option that turns it off, because its queues have another shape.

public import DeviceModel
public import Interrupts

/// Offsets of virtio 1.3 §4.2.2, table 4.1.
enum VirtIOMMIORegister {
    static let magic = 0x000
    static let version = 0x004
    static let deviceID = 0x008
    static let deviceFeatures = 0x010
    static let deviceFeaturesSelect = 0x014
    static let driverFeatures = 0x020
    static let driverFeaturesSelect = 0x024
    static let queueSelect = 0x030
    static let queueSizeMax = 0x034
    static let queueSize = 0x038
    static let queueReady = 0x044
    static let queueNotify = 0x050
    static let interruptStatus = 0x060
    static let interruptAcknowledge = 0x064
    static let status = 0x070
    static let queueDescriptors = 0x080
    static let queueAvailable = 0x090
    static let queueUsed = 0x0a0
    static let configurationGeneration = 0x0fc
    static let configuration = 0x100
    /// "virt", little-endian.
    static let magicValue: UInt32 = 0x7472_6976
}

/// A virtio device behind memory-mapped registers.
public final class VirtIOMMIOTransport<Registers: RegisterAccess>: VirtIOTransport {
    /// The device type.
    public let deviceType: UInt32
    private let registers: Registers
    private let interruptLine: UInt32

    /// Looks at a slot.
    ///
    /// - Throws: `.notPresent` if there is no virtio device in it, `.unsupported` if it has the legacy layout.
    public init(registers: Registers, interruptLine: UInt32) throws(DeviceError) {
        guard registers.read32(VirtIOMMIORegister.magic) == VirtIOMMIORegister.magicValue else { throw .notPresent }
        let version = registers.read32(VirtIOMMIORegister.version)
        let type = registers.read32(VirtIOMMIORegister.deviceID)
        guard type != 0 else { throw .notPresent }
        guard version == 2 else {
            throw .unsupported("legacy virtio-mmio slot; with QEMU use -global virtio-mmio.force-legacy=false")
        }
        deviceType = type
        self.registers = registers
        self.interruptLine = interruptLine
    }

    /// Reads the features that the device offers.
    public func readDeviceFeatures() -> VirtIOFeatures {
        registers.write32(VirtIOMMIORegister.deviceFeaturesSelect, 0)
        let low = registers.read32(VirtIOMMIORegister.deviceFeatures)
        registers.write32(VirtIOMMIORegister.deviceFeaturesSelect, 1)
        let high = registers.read32(VirtIOMMIORegister.deviceFeatures)
        return VirtIOFeatures(rawValue: UInt64(low) | UInt64(high) << 32)
    }

    /// Tells the device which features the driver takes.
    public func writeDriverFeatures(_ features: VirtIOFeatures) {
        registers.write32(VirtIOMMIORegister.driverFeaturesSelect, 0)
        registers.write32(VirtIOMMIORegister.driverFeatures, UInt32(truncatingIfNeeded: features.rawValue))
        registers.write32(VirtIOMMIORegister.driverFeaturesSelect, 1)
        registers.write32(VirtIOMMIORegister.driverFeatures, UInt32(truncatingIfNeeded: features.rawValue >> 32))
    }

    /// Reads the device status.
    public func readStatus() -> VirtIOStatus {
        VirtIOStatus(rawValue: UInt8(truncatingIfNeeded: registers.read32(VirtIOMMIORegister.status)))
    }

    /// Writes the device status.
    public func writeStatus(_ status: VirtIOStatus) {
        registers.write32(VirtIOMMIORegister.status, UInt32(status.rawValue))
    }

    /// Connects the device's interrupts to one handler.
    public func connectInterrupts(
        to handler: any InterruptHandler, through router: any InterruptRouter
    ) throws(DeviceError) {
        try router.connect(line: interruptLine, to: handler)
    }

    /// Answers why the device interrupted, and quiets it.
    public func acknowledgeInterrupt() -> VirtIOInterruptCauses {
        let causes = registers.read32(VirtIOMMIORegister.interruptStatus)
        if causes != 0 { registers.write32(VirtIOMMIORegister.interruptAcknowledge, causes) }
        return VirtIOInterruptCauses(rawValue: UInt8(truncatingIfNeeded: causes))
    }

    /// The most entries that a queue can have; zero if there is none.
    public func queueSizeLimit(_ index: Int) -> Int {
        registers.write32(VirtIOMMIORegister.queueSelect, UInt32(index))
        return Int(registers.read32(VirtIOMMIORegister.queueSizeMax))
    }

    /// Gives a queue its memory and starts it.
    public func enableQueue(_ index: Int, _ layout: VirtqueueLayout) throws(DeviceError) {
        registers.write32(VirtIOMMIORegister.queueSelect, UInt32(index))
        guard registers.read32(VirtIOMMIORegister.queueReady) == 0 else {
            throw .protocolViolation("virtio-mmio: a queue is in use right after reset")
        }
        registers.write32(VirtIOMMIORegister.queueSize, UInt32(layout.size))
        registers.writePair(VirtIOMMIORegister.queueDescriptors, layout.descriptors)
        registers.writePair(VirtIOMMIORegister.queueAvailable, layout.available)
        registers.writePair(VirtIOMMIORegister.queueUsed, layout.used)
        registers.write32(VirtIOMMIORegister.queueReady, 1)
    }

    /// Tells the device that a queue has new buffers.
    public func notify(_ index: Int) {
        registers.write32(VirtIOMMIORegister.queueNotify, UInt32(index))
    }

    /// Reads a byte of the device configuration.
    public func readConfiguration8(_ offset: Int) -> UInt8 {
        registers.read8(VirtIOMMIORegister.configuration + offset)
    }

    /// Reads two bytes of the device configuration.
    public func readConfiguration16(_ offset: Int) -> UInt16 {
        registers.read16(VirtIOMMIORegister.configuration + offset)
    }

    /// Reads four bytes of the device configuration.
    public func readConfiguration32(_ offset: Int) -> UInt32 {
        registers.read32(VirtIOMMIORegister.configuration + offset)
    }

    /// Writes four bytes of the device configuration.
    public func writeConfiguration32(_ offset: Int, _ value: UInt32) {
        registers.write32(VirtIOMMIORegister.configuration + offset, value)
    }

    /// Reads the configuration generation.
    public func readConfigurationGeneration() -> UInt32 {
        registers.read32(VirtIOMMIORegister.configurationGeneration)
    }
}
