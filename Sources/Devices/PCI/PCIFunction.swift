// SPDX-License-Identifier: Apache-2.0
//
// One PCI function: its identity and its configuration registers. Base addresses, capabilities and message-signalled
// interrupts are in the files beside this one. A function is found by PCIBus and handed to a driver as its description.

public import DeviceModel

/// A PCI function that was found on a bus.
public final class PCIFunction: DeviceDescription {
    /// Where it is.
    public let address: PCIAddress
    /// Who made it.
    public let vendor: UInt16
    /// What its maker calls it.
    public let device: UInt16
    /// What kind of thing it is.
    public let baseClass: UInt8
    /// Which kind of that kind.
    public let subClass: UInt8
    /// The layout of the registers after 0x10: 0 device, 1 bridge to another bus.
    public let headerType: UInt8
    /// The names that drivers match.
    public let identities: [DeviceIdentity]
    private let space: any PCIConfigurationSpace

    /// Looks at an address; nil if no function answers.
    public init?(at address: PCIAddress, in space: any PCIConfigurationSpace) {
        let ids = space.read(address, 0x00)
        guard ids & 0xffff != 0xffff, ids & 0xffff != 0 else { return nil }
        let classes = space.read(address, 0x08)
        self.address = address
        self.space = space
        vendor = UInt16(truncatingIfNeeded: ids)
        device = UInt16(truncatingIfNeeded: ids >> 16)
        baseClass = UInt8(truncatingIfNeeded: classes >> 24)
        subClass = UInt8(truncatingIfNeeded: classes >> 16)
        headerType = UInt8(truncatingIfNeeded: space.read(address, 0x0c) >> 16) & 0x7f
        identities = [.pci(vendor: vendor, device: device), .pciClass(base: baseClass, sub: subClass)]
    }

    /// Reads four bytes at a multiple of four.
    public func read32(_ offset: Int) -> UInt32 { space.read(address, offset) }

    /// Reads two bytes at a multiple of two.
    public func read16(_ offset: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: space.read(address, offset & ~3) >> UInt32(8 * (offset & 2)))
    }

    /// Reads one byte.
    public func read8(_ offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: space.read(address, offset & ~3) >> UInt32(8 * (offset & 3)))
    }

    /// Writes four bytes at a multiple of four.
    public func write32(_ offset: Int, _ value: UInt32) { space.write(address, offset, value) }

    /// Writes two bytes at a multiple of two. The other half of the word is written back as it was read, so registers
    /// whose bits are cleared by writing ones (the status register) must not be neighbours; `setCommand` takes care.
    public func write16(_ offset: Int, _ value: UInt16) {
        let shift = UInt32(8 * (offset & 2))
        let word = space.read(address, offset & ~3) & ~(0xffff << shift)
        space.write(address, offset & ~3, word | UInt32(value) << shift)
    }

    /// The command register (PCI 3.0 §6.2.2).
    public var command: PCICommand { PCICommand(rawValue: read16(0x04)) }

    /// Writes the command register; zeros to the status register beside it, which changes nothing there.
    public func setCommand(_ command: PCICommand) { space.write(address, 0x04, UInt32(command.rawValue)) }

    /// The interrupt line that firmware has noted, or nil if it has noted none (PCI 3.0 §6.2.4).
    public var interruptLine: UInt32? {
        let line = read8(0x3c)
        return read8(0x3d) == 0 || line == 0 || line == 0xff ? nil : UInt32(line)
    }
}

/// What a function may do (PCI 3.0 §6.2.2).
public struct PCICommand: OptionSet, Sendable {
    /// The register's bits.
    public let rawValue: UInt16

    /// Makes a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Answers in port space.
    public static let ports = PCICommand(rawValue: 1)
    /// Answers in memory space.
    public static let memory = PCICommand(rawValue: 2)
    /// May read and write memory by itself.
    public static let busMaster = PCICommand(rawValue: 4)
    /// May not pull its interrupt pin.
    public static let interruptPinOff = PCICommand(rawValue: 0x400)
}
