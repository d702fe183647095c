// SPDX-License-Identifier: Apache-2.0
//
// The router of a real machine: passes connections on to Interrupts and maps its errors. Nothing else lives here, so
// that drivers and their tests need not know how a machine routes.

public import Interrupts

/// Connects devices through the machine's interrupt controllers.
public final class MachineInterruptRouter: InterruptRouter {
    /// Makes a router; it has no state.
    public init() {}

    /// Connects a wired interrupt.
    public func connect(line: UInt32, to handler: any InterruptHandler) throws(DeviceError) {
        do throws(InterruptError) {
            _ = try Interrupts.connect(.wired(Int(line)), handler)
        } catch {
            throw .noInterrupt
        }
    }

    /// Reserves a message for `handler`.
    public func connectMessage(to handler: any InterruptHandler) throws(DeviceError) -> MessageTarget {
        do throws(InterruptError) {
            guard let message = try Interrupts.connect(.message, handler) else { throw .noVector }
            return MessageTarget(address: message.address, data: message.data)
        } catch {
            throw .noInterrupt
        }
    }
}
