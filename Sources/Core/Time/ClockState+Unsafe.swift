// SPDX-License-Identifier: Apache-2.0
//
// The clock's variables. Read everywhere without a lock; written with interrupts off on the first CPU alone. The scale is
// read whole by its sequence number: odd while it is being written, and another one afterwards.

internal import Machine
internal import Synchronization

enum ClockState {
    nonisolated(unsafe) private static var current = CounterScale.unset
    nonisolated(unsafe) private static var accurate = false
    nonisolated(unsafe) private static var offset: UInt64 = 0
    nonisolated(unsafe) private static var longest: UInt64 = 0
    nonisolated(unsafe) private static var hertz: UInt64 = 0
    nonisolated(unsafe) private static var observer: (@Sendable () -> Void)?

    private static let sequence = Atomic<UInt32>(0)

    // SAFETY: (all of these) 1. plain words  2. one writer, with interrupts off  3. a scale that was written meanwhile is
    // read again.
    @inline(__always) static var scale: CounterScale {
        while true {
            let before = sequence.load(ordering: .acquiring)
            let scale = unsafe current
            atomicMemoryFence(ordering: .acquiring)
            if before & 1 == 0, sequence.load(ordering: .relaxed) == before { return scale }
        }
    }

    private static func write(_ change: (inout CounterScale) -> Void) {
        let state = CPU.saveInterrupts()
        sequence.wrappingAdd(1, ordering: .acquiringAndReleasing)
        unsafe change(&current)
        sequence.wrappingAdd(1, ordering: .releasing)
        CPU.restoreInterrupts(state)
    }
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
        write { $0 = CounterScale(counterAtBase: $0.counterAtBase, frequency: frequency) }
        unsafe hertz = frequency
        unsafe accurate = isGood
        changed()
    }

    /// Sets the counter value that is monotonic time 0.
    static func setOrigin(_ counter: UInt64) { write { $0.counterAtBase = counter } }

    static func refine(_ frequency: UInt64, accurate isGood: Bool) {
        write { $0.change(frequency: frequency, at: CPU.counter) }
        unsafe hertz = frequency
        unsafe accurate = isGood
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
