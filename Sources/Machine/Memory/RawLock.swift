// SPDX-License-Identifier: Apache-2.0
//
// The lock under Memory itself, where Sync cannot be used yet: a word, with interrupts off while it is held.
// Everything above Machine uses Sync's Spinlock, which owns the data it guards.

internal import CMachine
internal import Synchronization

/// A spinlock without data, for the statics of Memory.
package struct RawLock: ~Copyable {
    private let word = Atomic<UInt32>(0)

    package init() {}

    /// Takes the lock; interrupts are off until `release`.
    @inline(__always) package borrowing func acquire() -> UInt64 {
        let state = machine_interrupts_save()
        // With interrupts off, the only CPU has nobody to wait for.
        while CPULimit.count > 1, word.exchange(1, ordering: .acquiring) != 0 {
            machine_relax()
        }
        return state
    }

    /// Gives the lock back and interrupts their state from before.
    @inline(__always) package borrowing func release(_ state: UInt64) {
        if CPULimit.count > 1 { word.store(0, ordering: .releasing) }
        machine_interrupts_restore(state)
    }
}
