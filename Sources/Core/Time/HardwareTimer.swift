// SPDX-License-Identifier: Apache-2.0
//
// The CPU's one-shot timer in nanoseconds. Far deadlines are reached in steps that the hardware can count; each
// interval doubles as a measurement of the counter (Clock.refine).

internal import Machine

#if os(none)
internal import X86_64
#endif

/// The one-shot timer of this CPU.
public enum HardwareTimer {
    /// Arms the timer, or disarms it for `.never`.
    public static func arm(at deadline: Instant) {
        #if os(none)
        let state = CPU.saveInterrupts()
        defer { CPU.restoreInterrupts(state) }
        // The first CPU's timer is what the counter is measured with.
        if CPU.index == 0 { Clock.refine() }
        if deadline == .never {
            LocalAPIC.countSilently()
        } else {
            let frequency = TimerFrequency.value
            let wait = max(1000, min(deadline.nanoseconds(since: Clock.now()), 2_000_000_000))
            LocalAPIC.arm(ticks: UInt32(clamping: max(1, wait * (frequency / 1000) / 1_000_000)))
        }
        if CPU.index == 0 { ClockReference.start() }
        #endif
    }
}
