// SPDX-License-Identifier: Apache-2.0
//
// The waiters of one bucket in the order in which they came.

/// A bucket's waiters, guarded by its lock.
struct FutexList: ~Copyable {
    private(set) var first: FutexWaiter?
    private var last: FutexWaiter?

    init() {}

    mutating func append(_ waiter: FutexWaiter) {
        waiter.next = nil
        waiter.previous = last
        if let last { last.next = waiter } else { first = waiter }
        last = waiter
    }

    mutating func remove(_ waiter: FutexWaiter) {
        if let previous = waiter.previous { previous.next = waiter.next } else { first = waiter.next }
        if let next = waiter.next { next.previous = waiter.previous } else { last = waiter.previous }
        waiter.next = nil
        waiter.previous = nil
    }

    /// The first waiter of a futex, from a waiter of the list on.
    func find(_ futex: Futex, from start: FutexWaiter?, claiming: Bool) -> FutexWaiter? {
        var candidate = start
        while let waiter = candidate {
            if waiter.isClaiming == claiming, waiter.waits(on: futex) { return waiter }
            candidate = waiter.next
        }
        return nil
    }
}
