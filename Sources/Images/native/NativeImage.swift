// SPDX-License-Identifier: Apache-2.0
//
// The image of a native application: which drivers go in beside it. The application's package depends on the product
// `Apus`, imports this module, and brings `@main`. No logic.

internal import BootLog
@_exported public import Native
internal import Startup
internal import VirtIOConsole
internal import X86_64

/// Called by Platform when memory and the CPU run.
@c(kernel_main)
public func kernelMain() {
    BootLog.open()
    let boot = BootInformation.facts
    NativeMachine.start(
        BootFacts(counterAtEntry: boot.counterAtEntry, seed: boot.seed), drivers: [VirtIOConsole.driver])
}
