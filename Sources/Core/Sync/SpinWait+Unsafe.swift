// SPDX-License-Identifier: Apache-2.0
//
// Waiting for a spinlock in a checked image. Sections are a few hundred instructions, so a wait of seconds is a bug: it is told, with what
// the CPUs do and hold, and goes on, because the holder may be slow after all. On a machine with one CPU nobody can ever give the
// lock back, since interrupts are off: that ends the machine with a report. In other images nobody counts; the watch of the
// other CPUs sees it (Processors' CPUWatch).

#if Checks
internal import Machine
internal import Synchronization

enum SpinWait {
    /// Counter steps after which a wait is told: seconds.
    private static var patience: UInt64 { 1 << 33 }
    /// What one look at the counter may add: if the host stopped the machine in between, that was no wait.
    private static var longestStep: UInt64 { 1 << 26 }
    private static var roundsPerStep: Int { 1 << 12 }

    /// Waits until a lock's word may be free.
    @inline(never) static func wait(for word: borrowing Atomic<UInt32>) {
        var waited: UInt64 = 0
        var before = CPU.counter
        while true {
            for _ in 0..<roundsPerStep {
                CPU.relax()
                if word.load(ordering: .relaxed) == 0 { return }
            }
            let now = CPU.counter
            waited &+= min(now &- before, longestStep)
            before = now
            guard waited > patience else { continue }
            SpinlockCheck.showHolders()
            if CPUs.count == 1 { fatalError("a spinlock is held by who waits for it") }
            // SAFETY: the address is only shown.
            CPUs.spinsTooLong(at: unsafe withUnsafePointer(to: word) { unsafe UInt(bitPattern: $0) })
            waited = 0
        }
    }
}
#endif
