// SPDX-License-Identifier: Apache-2.0
//
// Where a PCI function is: bus, device and function number (PCI Local Bus 3.0 §3.2.2.3.2).

/// The address of a PCI function.
public struct PCIAddress: Equatable, Sendable {
    /// 0–255.
    public let bus: UInt8
    /// 0–31.
    public let device: UInt8
    /// 0–7.
    public let function: UInt8

    /// Names a function.
    ///
    /// - Precondition: `device` is below 32 and `function` below 8.
    public init(bus: UInt8, device: UInt8, function: UInt8) {
        precondition(device < 32 && function < 8)
        self.bus = bus
        self.device = device
        self.function = function
    }

    /// Bus, device and function as one number, as ECAM and mechanism #1 pack them.
    var packed: UInt32 { UInt32(bus) << 8 | UInt32(device) << 3 | UInt32(function) }
}
