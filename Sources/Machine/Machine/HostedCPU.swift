// SPDX-License-Identifier: Apache-2.0
//
// What a unit test may do with its CPU: set the counter that clocks are made of, and play the interrupts. Not in images.

#if !os(none)
internal import CMachine

/// The CPU of the thread that runs a test.
public enum HostedCPU {
    /// What `CPU.counter` answers, here and on every context that is switched to.
    public static var counter: UInt64 {
        get { machine_this_cpu().pointee.counter }
        set { machine_this_cpu().pointee.counter = newValue }
    }

    /// Begins afresh, as the boot code leaves a CPU: switching is forbidden once, interrupts are possible.
    public static func reset() {
        machine_this_cpu().pointee = machine_cpu()
        machine_this_cpu().pointee.preemption_depth = 1
    }

    /// Calls `handler` wherever interrupts become possible and switching is permitted: what an interrupt could do there,
    /// the handler may. It has interrupts on and must turn them off before it switches.
    public static func setInterrupt(_ handler: (@convention(c) () -> Void)?) {
        machine_this_cpu().pointee.interrupt = handler
    }
}
#endif
