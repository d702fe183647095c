// SPDX-License-Identifier: Apache-2.0
//
// A virtio device on PCI: the common block for status and queues, one notify register a queue, the interrupt status
// byte, the device's configuration (virtio 1.3 §4.1.4). Interrupts are one message for everything where the function
// has a message table, and the shared pin where it has none.

public import DeviceModel
public import Interrupts
import Memory
public import PCI
import Sync

/// Offsets in the common block of virtio 1.3 §4.1.4.3.
private enum Common {
    static let deviceFeatureSelect = 0x00
    static let deviceFeature = 0x04
    static let driverFeatureSelect = 0x08
    static let driverFeature = 0x0c
    static let configurationVector = 0x10
    static let status = 0x14
    static let configurationGeneration = 0x15
    static let queueSelect = 0x16
    static let queueSize = 0x18
    static let queueVector = 0x1a
    static let queueEnable = 0x1c
    static let queueNotifyOffset = 0x1e
    static let queueDescriptors = 0x20
    static let queueAvailable = 0x28
    static let queueUsed = 0x30
    static let byteCount: UInt32 = 0x38
    static let noVector: UInt16 = 0xffff
}

/// A virtio device behind PCI.
public final class VirtIOPCITransport<Mapper: RegisterMapper>: VirtIOTransport {
    private typealias Registers = Mapper.Registers

    /// The device type.
    public let deviceType: UInt32
    private let function: PCIFunction
    private let common: Registers
    private let notifications: Registers
    private let notifyBlock: VirtIOPCIBlock
    private let interruptStatus: Registers
    private let configuration: Registers?
    private let messages: PCIMessageTable<Registers>?
    private let state: Spinlock<State>

    private struct State {
        /// Offsets of the queues' notify registers, by queue; filled as queues are enabled.
        var notifyOffsets: [Int] = []
        var vector = Common.noVector
    }

    /// Maps the register blocks of `function` and lets it reach memory.
    ///
    /// - Throws: `.unsupported` if a block is missing, which is what a legacy device looks like; `.protocolViolation`
    ///   if a block lies outside its memory; `.outOfMemory`.
    public init(function: PCIFunction, deviceType: UInt32, mapper: Mapper) throws(DeviceError) {
        guard let common = function.virtIOBlock(.common), let notify = function.virtIOBlock(.notify),
            let status = function.virtIOBlock(.interruptStatus)
        else {
            throw .unsupported("legacy virtio on PCI; with QEMU use disable-legacy=on or leave disable-modern off")
        }
        guard common.length >= Common.byteCount else {
            throw .protocolViolation("virtio-pci: the common block is too short")
        }
        self.function = function
        self.deviceType = deviceType
        self.common = try Self.map(common, of: function, mapper)
        notifications = try Self.map(notify, of: function, mapper)
        notifyBlock = notify
        interruptStatus = try Self.map(status, of: function, mapper)
        if let block = function.virtIOBlock(.device) {
            configuration = try Self.map(block, of: function, mapper)
        } else {
            configuration = nil
        }
        messages = try PCIMessageTable(of: function, mapper: mapper)
        state = Spinlock(State())
        function.setCommand(function.command.union([.memory, .busMaster]))
    }

    @inline(never)  // four times in a row
    private static func map(
        _ block: VirtIOPCIBlock, of function: PCIFunction, _ mapper: Mapper
    ) throws(DeviceError) -> Mapper.Registers {
        guard let base = function.baseAddress(block.bar), base.space != .ports, base.address != 0,
            block.length > 0, UInt64(block.offset) + UInt64(block.length) <= base.byteCount
        else { throw .protocolViolation("virtio-pci: a register block is outside the function's memory") }
        let start = PhysicalAddress(base.address + UInt64(block.offset))
        return try mapper.map(start, byteCount: Int(block.length))
    }

    /// Reads the features that the device offers.
    public func readDeviceFeatures() -> VirtIOFeatures {
        common.write32(Common.deviceFeatureSelect, 0)
        let low = common.read32(Common.deviceFeature)
        common.write32(Common.deviceFeatureSelect, 1)
        let high = common.read32(Common.deviceFeature)
        return VirtIOFeatures(rawValue: UInt64(low) | UInt64(high) << 32)
    }

    /// Tells the device which features the driver takes.
    public func writeDriverFeatures(_ features: VirtIOFeatures) {
        common.write32(Common.driverFeatureSelect, 0)
        common.write32(Common.driverFeature, UInt32(truncatingIfNeeded: features.rawValue))
        common.write32(Common.driverFeatureSelect, 1)
        common.write32(Common.driverFeature, UInt32(truncatingIfNeeded: features.rawValue >> 32))
    }

    /// Reads the device status.
    public func readStatus() -> VirtIOStatus { VirtIOStatus(rawValue: common.read8(Common.status)) }

    /// Writes the device status.
    public func writeStatus(_ status: VirtIOStatus) { common.write8(Common.status, status.rawValue) }

    /// Connects the device's interrupts to one handler.
    public func connectInterrupts(
        to handler: any InterruptHandler, through router: any InterruptRouter
    ) throws(DeviceError) {
        if let messages {
            do throws(DeviceError) {
                messages.set(0, to: try router.connectMessage(to: handler))
                messages.enable()
                common.write16(Common.configurationVector, 0)
                // virtio 1.3 §4.1.5.1.2.2: the device answers NO_VECTOR if it could not take it.
                if common.read16(Common.configurationVector) == 0 {
                    state.withLock { $0.vector = 0 }
                    return
                }
                throw .noInterrupt
            } catch {
                // A function whose messages are on cannot use its pin, so only a machine without messages falls through.
                guard state.withLock({ $0.vector }) == Common.noVector, error == .noInterrupt else { throw error }
            }
        }
        guard let line = function.interruptLine else { throw .noInterrupt }
        try router.connect(line: line, to: handler)
    }

    /// Answers why the device interrupted, and quiets it.
    public func acknowledgeInterrupt() -> VirtIOInterruptCauses {
        // With messages nothing is shared and the status byte means nothing (virtio 1.3 §4.1.4.5.1).
        if messages != nil, state.withLock({ $0.vector }) != Common.noVector { return [.queue, .configuration] }
        return VirtIOInterruptCauses(rawValue: interruptStatus.read8(0))
    }

    /// The most entries that a queue can have; zero if there is none.
    public func queueSizeLimit(_ index: Int) -> Int {
        common.write16(Common.queueSelect, UInt16(index))
        return Int(common.read16(Common.queueSize))
    }

    /// Gives a queue its memory and starts it.
    public func enableQueue(_ index: Int, _ layout: VirtqueueLayout) throws(DeviceError) {
        common.write16(Common.queueSelect, UInt16(index))
        guard common.read16(Common.queueEnable) == 0 else {
            throw .protocolViolation("virtio-pci: a queue is in use right after reset")
        }
        common.write16(Common.queueSize, layout.size)
        let vector = state.withLock { $0.vector }
        common.write16(Common.queueVector, vector)
        guard common.read16(Common.queueVector) == vector else { throw .noInterrupt }
        common.writePair(Common.queueDescriptors, layout.descriptors)
        common.writePair(Common.queueAvailable, layout.available)
        common.writePair(Common.queueUsed, layout.used)
        let offset = UInt64(common.read16(Common.queueNotifyOffset)) * UInt64(notifyBlock.notifyMultiplier)
        guard offset + 2 <= UInt64(notifyBlock.length) else {
            throw .protocolViolation("virtio-pci: a notify register is outside its block")
        }
        state.withLock { state in
            while state.notifyOffsets.count <= index { state.notifyOffsets.append(0) }
            state.notifyOffsets[index] = Int(offset)
        }
        common.write16(Common.queueEnable, 1)
    }

    /// Tells the device that a queue has new buffers.
    public func notify(_ index: Int) {
        let offset = state.withLock { $0.notifyOffsets[index] }
        notifications.write16(offset, UInt16(index))
    }

    /// Reads a byte of the device configuration.
    public func readConfiguration8(_ offset: Int) -> UInt8 { configuration?.read8(offset) ?? 0 }

    /// Reads two bytes of the device configuration.
    public func readConfiguration16(_ offset: Int) -> UInt16 { configuration?.read16(offset) ?? 0 }

    /// Reads four bytes of the device configuration.
    public func readConfiguration32(_ offset: Int) -> UInt32 { configuration?.read32(offset) ?? 0 }

    /// Writes four bytes of the device configuration.
    public func writeConfiguration32(_ offset: Int, _ value: UInt32) { configuration?.write32(offset, value) }

    /// Reads the configuration generation.
    public func readConfigurationGeneration() -> UInt32 { UInt32(common.read8(Common.configurationGeneration)) }
}
