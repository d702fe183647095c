// SPDX-License-Identifier: Apache-2.0
//
// The kernel's clocks. No calibration loop, ever: the counter's frequency is stated by somebody, or measured over time
// that passes anyway and refined in flight (Machine's ClockReference). Until it is good to 100 ppm the vDSO is told to
// call the kernel, so that programs get the refined value.

internal import Machine
internal import Sync

#if os(none)
internal import X86_64
#endif

/// Monotonic and wall time.
public enum Clock {
    /// A measurement this long is good to 100 ppm: reading both clocks is uncertain to about 1 µs.
    private static var goodEnough: UInt64 { 20_000_000 }

    /// Monotonic time now.
    ///
    /// - Context: any.
    public static func now() -> Instant {
        Instant(nanoseconds: ClockState.scale.nanoseconds(at: CPU.counter))
    }

    /// Sets the frequency that somebody states (boot record, CPUID, the hypervisor), or measures it.
    ///
    /// - Parameter stated: counter steps per second; 0 if nobody says.
    public static func start(stated: UInt64) {
        #if os(none)
        let frequency = stated != 0 ? stated : ClockReference.stated
        if frequency != 0 {
            ClockState.begin(frequency, accurate: true)
        } else if let measured = ClockReference.measure() {
            ClockState.begin(measured.frequency, accurate: false)
            ClockState.measuredNanoseconds = measured.nanoseconds
        } else {
            ClockState.begin(1_000_000_000, accurate: false)
        }
        #else
        ClockState.begin(stated == 0 ? 1_000_000_000 : stated, accurate: true)
        #endif
    }

    /// Looks whether a longer measurement has become possible, and uses it. Called when the timer is about to be armed
    /// again, which ends the running measurement.
    public static func refine() {
        #if os(none)
        guard !ClockState.isAccurate, let measured = ClockReference.measure(),
            measured.nanoseconds > ClockState.measuredNanoseconds
        else { return }
        ClockState.refine(measured.frequency, accurate: measured.nanoseconds >= goodEnough)
        ClockState.measuredNanoseconds = measured.nanoseconds
        #endif
    }

    /// Ends the running measurement if it has become long enough, so that programs need not call the kernel for the time
    /// any longer. Called when one does.
    @inline(__always) public static func refineIfDue() {
        if !ClockState.isAccurate { refineIfLong() }
    }

    @inline(never) private static func refineIfLong() {
        #if os(none)
        let state = CPU.saveInterrupts()
        if CPU.index == 0, nanoseconds(steps: ClockReference.runningSteps) >= goodEnough { refine() }
        CPU.restoreInterrupts(state)
        #endif
    }

    /// Whether the scale is good to 100 ppm, so that programs may compute with it themselves.
    public static var isAccurate: Bool { ClockState.isAccurate }

    /// The scale, for the vDSO.
    public static var scale: CounterScale { ClockState.scale }

    /// Counter steps per second as known now.
    public static var frequency: UInt64 { ClockState.frequency }

    /// Wall time: nanoseconds since 1970-01-01 00:00 UTC.
    public static func wallTime() -> UInt64 { now().nanoseconds &+ ClockState.wallOffset }

    /// Nanoseconds since 1970 at monotonic time 0.
    public static var wallOffset: UInt64 { ClockState.wallOffset }

    /// Sets the wall time. - Parameter nanoseconds: since 1970-01-01 00:00 UTC, now.
    public static func setWallTime(_ nanoseconds: UInt64) {
        ClockState.wallOffset = nanoseconds &- now().nanoseconds
        ClockState.changed()
    }

    /// Calls `body` whenever scale, accuracy or wall time change: the vDSO's data page follows them.
    public static func onChange(_ body: @escaping @Sendable () -> Void) { ClockState.setObserver(body) }
}

extension Clock {
    /// Nanoseconds that a number of counter steps takes.
    public static func nanoseconds(steps: UInt64) -> UInt64 {
        let (high, low) = steps.multipliedFullWidth(by: scale.multiplier)
        return high << 32 | low >> 32
    }
}
