// SPDX-License-Identifier: Apache-2.0
//
// How a driver gets its interrupts. The interrupt controllers belong to the machine; drivers see only this face, and a
// test passes one that raises interrupts by hand. Handlers follow Interrupts: `acknowledge` runs with interrupts off and
// neither allocates nor blocks; `runDeferred` runs later, with a budget.

public import Interrupts

/// A place that a device writes to in order to interrupt (PCI 3.0 §6.8).
public struct MessageTarget: Equatable, Sendable {
    /// The physical address that the device writes to.
    public let address: UInt64
    /// The value that it writes.
    public let data: UInt32

    /// Names the write.
    public init(address: UInt64, data: UInt32) {
        self.address = address
        self.data = data
    }
}

/// Connects devices to handlers.
public protocol InterruptRouter: AnyObject, Sendable {
    /// Connects a wired interrupt, which other devices may share.
    ///
    /// - Parameter line: the global system interrupt, which is the ISA number on lines 0–15.
    /// - Throws: `.noInterrupt` if the machine has no such line or no vector is left.
    func connect(line: UInt32, to handler: any InterruptHandler) throws(DeviceError)

    /// Reserves a message of its own for `handler`.
    ///
    /// - Throws: `.noInterrupt` if the machine takes no messages or no vector is left; a line is the way out.
    func connectMessage(to handler: any InterruptHandler) throws(DeviceError) -> MessageTarget
}
