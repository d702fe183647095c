// SPDX-License-Identifier: Apache-2.0
//
// The locks that somebody holds, innermost last: what a checked image compares a new one with. A CPU has one for
// spinlocks, a thread one for locks that sleep.

#if Checks
internal import Memory

/// The locks that a CPU or a thread holds.
public struct HeldLocks: ~Copyable {
    private var orders = InlineArray<16, UInt8>(repeating: 0)
    private var places = InlineArray<16, UInt>(repeating: 0)
    private var count = 0

    /// None.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { count == 0 }

    /// Where the innermost one was taken.
    public var place: UInt { count == 0 ? 0 : places[count - 1] }

    /// Whether one of a place is among them.
    public borrowing func contain(_ order: UInt8) -> Bool {
        for index in 0..<min(count, orders.count) where orders[index] == order { return true }
        return false
    }

    /// Checks that a lock may be taken here.
    public borrowing func verify(_ order: UInt8, nests: Bool, place: UInt) {
        for index in 0..<min(count, orders.count) where orders[index] > order || orders[index] == order && !nests {
            CheckReport.fact("locks: one is taken against the order, of place ", UInt64(order))
            CheckReport.place("  taken here: ", place)
            CheckReport.fact("  under one of place ", UInt64(orders[index]))
            CheckReport.place("  taken here: ", places[index])
            CheckReport.fail()
        }
    }

    /// Adds one that was taken.
    public mutating func add(_ order: UInt8, place: UInt) {
        if count < places.count {
            orders[count] = order
            places[count] = place
        }
        count += 1
    }

    /// Takes the innermost one out.
    public mutating func removeLast() { count -= 1 }
}
#endif
