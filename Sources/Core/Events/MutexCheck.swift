// SPDX-License-Identifier: Apache-2.0
//
// What a checked image knows of a lock that may sleep: where it stands in the order, and what the thread holds. In other
// images this is a type without contents whose functions are empty, so that BlockingMutex is written once.

internal import Machine
internal import Scheduler
internal import Sync

#if Checks
/// Watches a lock.
public struct MutexCheck: Sendable {
    private let order: MutexOrder

    @inline(__always) init(_ order: MutexOrder) { self.order = order }

    /// The lock is about to be taken.
    @inline(__always) func take() { take(CPU.place) }

    @inline(never) private func take(_ place: UInt) {
        SpinlockCheck.verifyNone()
        CurrentThread.thread.heldLocks.with { held in
            held.verify(order.rawValue, nests: order.nests || held.contain(MutexOrder.nesting.rawValue), place: place)
            held.add(order.rawValue, place: place)
        }
    }

    /// The lock was given back.
    @inline(never) func giveBack() { CurrentThread.thread.heldLocks.with { $0.removeLast() } }
}
#else
/// Nothing: see above.
public struct MutexCheck: Sendable {
    @inline(__always) init(_ order: MutexOrder) {}
    @inline(__always) func take() {}
    @inline(__always) func giveBack() {}
}
#endif
