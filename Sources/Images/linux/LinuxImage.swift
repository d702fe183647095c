// SPDX-License-Identifier: Apache-2.0
//
// The image that runs Linux programs: which drivers and which personality go in. No logic.

internal import BootLog
internal import Linux
internal import Startup
internal import VirtIOConsole
internal import X86_64

/// The image's entry, as the package manager wants one; the machine's own is `kernel_main`.
@main
struct LinuxImage {
    static func main() {}
}

/// Called by Platform when memory and the CPU run.
@c(kernel_main)
public func kernelMain() {
    BootLog.open()
    let boot = BootInformation.facts
    LinuxMachine.start(
        BootFacts(counterAtEntry: boot.counterAtEntry, seed: boot.seed),
        drivers: [VirtIOConsole.driver])
}
