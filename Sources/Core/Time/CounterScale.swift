// SPDX-License-Identifier: Apache-2.0
//
// From counter steps to nanoseconds by one multiplication and a shift, as the vDSO does it in the program:
//
//      nanoseconds = base + ((counter - counterAtBase) × multiplier) >> 32
//
// The multiplier is nanoseconds per step in 32.32 fixed point. A new measurement moves the base to the present, so
// that time never jumps and never runs backwards.

internal import Machine

/// The line that maps the counter to monotonic time.
public struct CounterScale: Sendable, Equatable {
    /// The counter at the base.
    public var counterAtBase: UInt64
    /// Monotonic nanoseconds at the base.
    public var nanosecondsAtBase: UInt64
    /// Nanoseconds per counter step, times 2^32.
    public var multiplier: UInt64

    /// - Parameter frequency: counter steps per second, above 0.
    public init(counterAtBase: UInt64, nanosecondsAtBase: UInt64 = 0, frequency: UInt64) {
        self.counterAtBase = counterAtBase
        self.nanosecondsAtBase = nanosecondsAtBase
        multiplier = CounterScale.multiplier(frequency)
    }

    /// A frequency as a multiplier; frequencies below 1 kHz are taken for 1 kHz.
    static func multiplier(_ frequency: UInt64) -> UInt64 {
        CPU.scale(1_000_000_000, by: 1 << 32, over: max(frequency, 1000))
    }

    /// The time at a counter value; a counter before the base counts as the base.
    @inline(__always) public func nanoseconds(at counter: UInt64) -> UInt64 {
        let steps = counter >= counterAtBase ? counter &- counterAtBase : 0
        let (high, low) = steps.multipliedFullWidth(by: multiplier)
        return nanosecondsAtBase &+ (high << 32 | low >> 32)
    }

    /// Continues from the present at another rate.
    public mutating func change(frequency: UInt64, at counter: UInt64) {
        nanosecondsAtBase = nanoseconds(at: counter)
        counterAtBase = max(counter, counterAtBase)
        multiplier = CounterScale.multiplier(frequency)
    }
}
