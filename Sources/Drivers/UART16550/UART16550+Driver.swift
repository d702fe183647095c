// SPDX-License-Identifier: Apache-2.0
//
// The driver value: takes a port that the image says should be there. The image names ports (0x3f8 with line 4 on a PC)
// because a serial port cannot be enumerated, only probed.

public import DeviceModel

/// A place where a 16550 is expected.
public final class UARTPlace<Registers: RegisterAccess>: DeviceDescription {
    /// The names that drivers match.
    public let identities: [DeviceIdentity] = [.legacy(.serialPort16550)]
    let registers: Registers
    let spacing: UARTRegisterSpacing
    let interruptLine: UInt32

    /// Names a place.
    public init(registers: Registers, spacing: UARTRegisterSpacing = .bytes, interruptLine: UInt32) {
        self.registers = registers
        self.spacing = spacing
        self.interruptLine = interruptLine
    }
}

extension UART16550 {
    /// The driver of ports behind `Registers`, for an image's list.
    public static var driver: Driver {
        Driver(name: "uart16550", identities: [.legacy(.serialPort16550)]) { (device, context) throws(DeviceError) in
            guard let place = device as? UARTPlace<Registers> else { throw .notPresent }
            let port = try UART16550(registers: place.registers, spacing: place.spacing)
            try port.connectInterrupt(line: place.interruptLine, through: context.interrupts)
            return port
        }
    }
}
