// SPDX-License-Identifier: Apache-2.0
//
// The frequency of the CPU's timer: asked for once, when it is first armed.

#if os(none)
internal import X86_64

enum TimerFrequency {
    nonisolated(unsafe) private static var known: UInt64 = 0

    // SAFETY: a plain word, only ever set to the same value.
    static var value: UInt64 {
        if unsafe known == 0 { unsafe known = ClockReference.timerFrequency() }
        return unsafe known
    }
}
#endif
