// SPDX-License-Identifier: Apache-2.0
//
// How fast the time-stamp counter counts, without ever waiting for it: stated by CPUID or the hypervisor, or measured
// against a timer of known frequency over time that passes anyway. Every interval for which the APIC timer runs is a
// measurement, and the longest one wins.

#if arch(x86_64) && os(none)
internal import CMachine

/// The measurement of the counter.
public enum ClockReference {
    nonisolated(unsafe) private static var counterAtStart: UInt64 = 0
    nonisolated(unsafe) private static var ticksAtStart: UInt32 = 0

    /// A measured frequency and how long it was measured.
    public struct Measurement: Sendable {
        /// Counter steps per second.
        public var frequency: UInt64
        /// The length of the measurement in nanoseconds; its error is about 1 µs in that.
        public var nanoseconds: UInt64
    }

    /// Starts a measurement on a timer that was just armed.
    public static func start() {
        ticksAtStart = LocalAPIC.count
        counterAtStart = machine_counter()
    }

    /// Counter steps since `start`.
    public static var runningSteps: UInt64 { machine_counter() &- counterAtStart }

    /// The frequency that somebody states, 0 if nobody does.
    public static var stated: UInt64 { CPUFeatures.current.statedCounterFrequency }

    /// The measurement since `start`, or nil if there is no reference or it has run out.
    public static func measure() -> Measurement? {
        if CPUFeatures.current.hasGigahertzTimer {
            let ticks = LocalAPIC.count
            let counter = machine_counter()
            guard ticks != 0, ticks < ticksAtStart else { return nil }
            let nanoseconds = UInt64(ticksAtStart - ticks)
            return measurement(counter &- counterAtStart, nanoseconds)
        }
        guard let ticks = ProgrammableIntervalTimer.elapsed, ticks > 0 else { return nil }
        return measurement(
            machine_counter() &- counterAtStart, ticks * 1_000_000_000 / ProgrammableIntervalTimer.frequency)
    }

    private static func measurement(_ steps: UInt64, _ nanoseconds: UInt64) -> Measurement? {
        let (high, low) = steps.multipliedFullWidth(by: 1_000_000_000)
        guard nanoseconds > 0, high < nanoseconds else { return nil }
        return Measurement(frequency: machine_divide(high, low, nanoseconds), nanoseconds: nanoseconds)
    }

    /// Ticks per second of the APIC timer, if it is not the usual 1 GHz: measured once against the PIT.
    public static func timerFrequency() -> UInt64 {
        if CPUFeatures.current.hasGigahertzTimer { return 1_000_000_000 }
        guard let elapsed = ProgrammableIntervalTimer.elapsed, elapsed > 0 else { return 1_000_000_000 }
        return UInt64(UInt32.max - LocalAPIC.count) * ProgrammableIntervalTimer.frequency / elapsed
    }
}
#endif
