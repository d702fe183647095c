// SPDX-License-Identifier: Apache-2.0
//
// A virtio device as its bus describes it, with the bus forgotten: drivers written for virtio match its type and open
// its transport, whether it sits in an MMIO slot or on PCI. The two makers below are what an image calls while it
// enumerates.

public import DeviceModel
public import PCI

/// A virtio device that was found and not touched.
public final class VirtIOEndpoint: DeviceDescription {
    /// The names that drivers match.
    public let identities: [DeviceIdentity]
    private let open: @Sendable () throws(DeviceError) -> any VirtIOTransport

    /// Describes a device of `type` whose registers `open` brings up.
    public init(type: UInt32, open: @escaping @Sendable () throws(DeviceError) -> any VirtIOTransport) {
        identities = [.virtIO(type: type)]
        self.open = open
    }

    /// Brings up the registers. For the driver that takes the device.
    public func makeTransport() throws(DeviceError) -> any VirtIOTransport { try open() }

    /// The device in an MMIO slot.
    ///
    /// - Parameter interruptLine: the global system interrupt of the slot.
    /// - Throws: `.notPresent` if the slot is empty, `.unsupported` if it is a legacy one.
    public static func inSlot<Registers: RegisterAccess>(
        _ registers: Registers, interruptLine: UInt32
    ) throws(DeviceError) -> VirtIOEndpoint {
        let transport = try VirtIOMMIOTransport(registers: registers, interruptLine: interruptLine)
        return VirtIOEndpoint(type: transport.deviceType) { () throws(DeviceError) in transport }
    }

    /// The virtio device that a PCI function is, or nil if it is something else.
    public static func onPCI<Mapper: RegisterMapper>(_ function: PCIFunction, mapper: Mapper) -> VirtIOEndpoint? {
        guard let type = VirtIOPCI.deviceType(of: function) else { return nil }
        return VirtIOEndpoint(type: type) { () throws(DeviceError) in
            try VirtIOPCITransport(function: function, deviceType: type, mapper: mapper)
        }
    }
}

extension Driver {
    /// A driver of virtio devices of one type.
    public static func virtIO(
        name: StaticString, type: UInt32,
        attach: @escaping @Sendable (any VirtIOTransport, DriverContext) throws(DeviceError) -> any AttachedDevice
    ) -> Driver {
        Driver(name: name, identities: [.virtIO(type: type)]) { (device, context) throws(DeviceError) in
            guard let endpoint = device as? VirtIOEndpoint else { throw .notPresent }
            return try attach(try endpoint.makeTransport(), context)
        }
    }
}
