// SPDX-License-Identifier: Apache-2.0
//
// The image of a native application: what goes in beside it. The application's package depends on the product `Apus`,
// imports this module, and brings `@main`. No logic: the second serial port is the line to the host, by which the tool
// knows that such a machine needs no virtio console.

internal import BootLog
internal import DeviceModel
internal import Memory
@_exported public import Native
internal import Startup
internal import UART16550
internal import X86_64

/// Called by Platform when memory and the CPU run.
@c(kernel_main)
public func kernelMain() {
    BootLog.open()
    let boot = BootInformation.facts
    NativeMachine.start(BootFacts(counterAtEntry: boot.counterAtEntry, seed: boot.seed)) { () throws(DeviceError) in
        let port = try UART16550(registers: PortWindow(base: 0x2f8, byteCount: 8))
        try port.connectInterrupt(line: 3, through: MachineInterruptRouter())
        return port
    }
}
