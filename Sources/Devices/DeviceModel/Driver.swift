// SPDX-License-Identifier: Apache-2.0
//
// A driver as a value: a name, the identities it drives, and the function that takes a device over. An image lists the
// drivers it wants; adding one is a folder, its test, a line in Package.swift and a line in that list.

/// What a driver may use while it attaches.
public struct DriverContext: Sendable {
    /// Where interrupts come from.
    public let interrupts: any InterruptRouter

    /// Gathers what drivers get.
    public init(interrupts: any InterruptRouter) {
        self.interrupts = interrupts
    }
}

/// One driver of an image's list.
public struct Driver: Sendable {
    /// The name in log lines, lower-case: "virtio-console".
    public let name: StaticString
    /// What it drives. A device matches if it has any of these.
    public let identities: [DeviceIdentity]
    /// Takes the device over: resets it, brings it up, and answers its running form.
    ///
    /// - Throws: the reason it could not; the device is left quiet and the next driver is asked.
    public let attach: @Sendable (any DeviceDescription, DriverContext) throws(DeviceError) -> any AttachedDevice

    /// Describes a driver.
    public init(
        name: StaticString, identities: [DeviceIdentity],
        attach: @escaping @Sendable (any DeviceDescription, DriverContext) throws(DeviceError) -> any AttachedDevice
    ) {
        self.name = name
        self.identities = identities
        self.attach = attach
    }

    /// Whether this driver says it can drive `device`.
    public func matches(_ device: any DeviceDescription) -> Bool {
        for wanted in identities {
            for offered in device.identities where wanted == offered { return true }
        }
        return false
    }
}

/// A device that a driver runs.
public protocol AttachedDevice: AnyObject, Sendable {
    /// What services may do with it.
    var face: DeviceFace { get }

    /// Stops every transfer, so that the device neither writes to memory nor interrupts any more. Final.
    ///
    /// - Context: any; polls for a bounded time; runs at power-off and in a crash.
    func quiesce()
}

/// The device classes that services know. A new class is a new protocol and a case here.
public enum DeviceFace: Sendable {
    /// A console with several named ports.
    case console(any MultiportConsole)
    /// A single stream of bytes: a serial port.
    case serialPort(any ByteStreamPort)
    /// Nothing for services: a bus, a bridge, a device that only needs to be kept quiet.
    case none
}
