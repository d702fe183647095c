// SPDX-License-Identifier: Apache-2.0
//
// The clock's variables. Read everywhere without a lock; written with interrupts off on the first CPU, while others
// either do not run yet or read the scale as a whole through the vDSO's sequence counter.

internal import Machine

enum ClockState {
    nonisolated(unsafe) private static var current = CounterScale.unset
    nonisolated(unsafe) private static var accurate = false
    nonisolated(unsafe) private static var offset: UInt64 = 0
    nonisolated(unsafe) private static var longest: UInt64 = 0
    nonisolated(unsafe) private static var hertz: UInt64 = 0
    nonisolated(unsafe) private static var observer: (@Sendable () -> Void)?

    // SAFETY: (all of these) 1. plain words  2. one writer, with interrupts off.
    @inline(__always) static var scale: CounterScale { unsafe current }
    static var isAccurate: Bool { unsafe accurate }
    static var frequency: UInt64 { unsafe hertz }
    static var wallOffset: UInt64 {
        get { unsafe offset }
        set { unsafe offset = newValue }
    }
    static var measuredNanoseconds: UInt64 {
        get { unsafe longest }
        set { unsafe longest = newValue }
    }

    static func begin(_ frequency: UInt64, accurate isGood: Bool) {
        unsafe current = CounterScale(counterAtBase: unsafe current.counterAtBase, frequency: frequency)
        unsafe hertz = frequency
        unsafe accurate = isGood
        changed()
    }

    /// Sets the counter value that is monotonic time 0.
    static func setOrigin(_ counter: UInt64) { unsafe current.counterAtBase = counter }

    static func refine(_ frequency: UInt64, accurate isGood: Bool) {
        let state = CPU.saveInterrupts()
        unsafe current.change(frequency: frequency, at: CPU.counter)
        unsafe hertz = frequency
        unsafe accurate = isGood
        CPU.restoreInterrupts(state)
        changed()
    }

    static func setObserver(_ body: @escaping @Sendable () -> Void) {
        unsafe observer = body
        body()
    }

    static func changed() { unsafe observer?() }
}

extension CounterScale {
    /// One step per nanosecond from 0: before anything is known. A constant, so that no initialiser runs.
    fileprivate static var unset: CounterScale {
        CounterScale(counterAtBase: 0, nanosecondsAtBase: 0, multiplier: 1 << 32)
    }

    private init(counterAtBase: UInt64, nanosecondsAtBase: UInt64, multiplier: UInt64) {
        self.counterAtBase = counterAtBase
        self.nanosecondsAtBase = nanosecondsAtBase
        self.multiplier = multiplier
    }
}

extension Clock {
    /// Sets the counter value that is monotonic time 0: the kernel's entry.
    public static func setOrigin(_ counter: UInt64) { ClockState.setOrigin(counter) }
}
