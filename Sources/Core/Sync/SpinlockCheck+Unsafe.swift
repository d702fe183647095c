// SPDX-License-Identifier: Apache-2.0
//
// What a checked image knows of a spinlock: where it stands in the order, and who holds which. In other images this is a
// type without contents whose functions are empty, so that Spinlock is written once.

internal import Machine
internal import Synchronization

#if Checks
internal import Memory

/// Watches a spinlock.
public struct SpinlockCheck: Sendable {
    private let order: SpinlockOrder

    /// What each CPU holds; made with the first lock, when there is one CPU.
    nonisolated(unsafe) private static var cpus: UnsafeMutablePointer<HeldLocks>?

    // SAFETY: (all of these) interrupts are off while a spinlock is held, so that an entry is its CPU's own.

    @inline(__always) init(_ order: SpinlockOrder) { self.order = order }

    /// The lock is about to be taken; interrupts are off.
    @inline(__always) func take() { take(CPU.place) }

    @inline(never) private func take(_ place: UInt) {
        let held = unsafe SpinlockCheck.current
        unsafe held.pointee.verify(order.rawValue, nests: order.nests, place: place)
        unsafe held.pointee.add(order.rawValue, place: place)
    }

    /// Somebody has it.
    @inline(__always) func wait(for word: borrowing Atomic<UInt32>) { SpinWait.wait(for: word) }

    /// The lock was taken without waiting for it, which is no matter of order.
    @inline(__always) func taken() {
        unsafe SpinlockCheck.current.pointee.add(order.rawValue, place: CPU.place)
    }

    /// The lock was given back; interrupts are off.
    @inline(never) func giveBack() { unsafe SpinlockCheck.current.pointee.removeLast() }

    /// Checks that the CPU holds none: its thread may be about to sleep.
    @inline(never) public static func verifyNone() {
        let interrupts = CPU.saveInterrupts()
        defer { CPU.restoreInterrupts(interrupts) }
        let held = unsafe SpinlockCheck.current
        if unsafe held.pointee.isEmpty { return }
        CheckReport.place("locks: a thread may sleep here: ", CPU.place)
        CheckReport.place("  under a spinlock that was taken here: ", unsafe held.pointee.place)
        CheckReport.fail()
    }

    /// Shows what each CPU holds. Read while they go on: it is for reports.
    static func showHolders() {
        guard let cpus = unsafe cpus else { return }
        for index in 0..<CPUs.count where unsafe !(cpus + index).pointee.isEmpty {
            CheckReport.fact("locks: this CPU holds or waits for some: ", UInt64(index))
            CheckReport.place("  the innermost was taken here: ", unsafe (cpus + index).pointee.place)
        }
    }

    private static var current: UnsafeMutablePointer<HeldLocks> {
        if let cpus = unsafe cpus { return unsafe cpus + CPU.index }
        let made = UnsafeMutablePointer<HeldLocks>.allocate(capacity: CPUs.limit)
        for index in 0..<CPUs.limit { unsafe (made + index).initialize(to: HeldLocks()) }
        unsafe cpus = made
        return unsafe made + CPU.index
    }
}
#else
/// Nothing: see above.
public struct SpinlockCheck: Sendable {
    @inline(__always) init(_ order: SpinlockOrder) {}
    @inline(__always) func take() {}
    // A call here, which may use registers, would cost each caller saves and loads also where nobody waits.
    @inline(__always) func wait(for word: borrowing Atomic<UInt32>) { CPU.relax() }
    @inline(__always) func taken() {}
    @inline(__always) func giveBack() {}
    /// Nothing: see above.
    @inline(__always) public static func verifyNone() {}
}
#endif
