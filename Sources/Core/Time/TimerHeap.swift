// SPDX-License-Identifier: Apache-2.0
//
// One CPU's armed timers: a pairing heap, threaded through the timers. Arming takes constant time, taking the first one
// out logarithmic (amortised), and nothing allocates.
// Source: Fredman, Sedgewick, Sleator, Tarjan: The pairing heap (Algorithmica 1, 1986).

/// A heap of timers by deadline; guarded by the lock that owns it.
struct TimerHeap: ~Copyable {
    /// The timer that is due first.
    private(set) var first: Timer?

    init() {}

    /// Puts a timer in.
    ///
    /// - Precondition: it is in no heap.
    mutating func insert(_ timer: Timer, at deadline: Instant) {
        let place = timer.place
        place.deadline = deadline
        place.isArmed = true
        first = TimerHeap.join(first, timer)
    }

    /// Takes a timer out.
    ///
    /// - Precondition: it is in this heap.
    mutating func remove(_ timer: Timer) {
        let place = timer.place
        let rest = TimerHeap.joinAll(place.child)
        if let previous = place.previous {
            if previous.place.child === timer {
                previous.place.child = place.next
            } else {
                previous.place.next = place.next
            }
            place.next?.place.previous = previous
            first = TimerHeap.join(first, rest)
        } else {
            first = rest
        }
        place.child = nil
        place.next = nil
        place.previous = nil
        place.isArmed = false
    }

    /// Makes one heap of two.
    @inline(never)  // from four places
    private static func join(_ a: Timer?, _ b: Timer?) -> Timer? {
        guard let a else { return b }
        guard let b else { return a }
        let (parent, child) = b.place.deadline < a.place.deadline ? (b, a) : (a, b)
        let first = parent.place.child
        child.place.next = first
        first?.place.previous = child
        child.place.previous = parent
        parent.place.child = child
        return parent
    }

    /// Makes one heap of all children of a timer that goes: by pairs, and then the pairs from the last to the first.
    private static func joinAll(_ children: Timer?) -> Timer? {
        var pairs: Timer?
        var rest = children
        while let one = rest {
            let other = one.place.next
            rest = other?.place.next
            one.place.next = nil
            one.place.previous = nil
            other?.place.next = nil
            other?.place.previous = nil
            let pair = join(one, other)
            pair?.place.next = pairs
            pairs = pair
        }
        var all: Timer?
        while let pair = pairs {
            pairs = pair.place.next
            pair.place.next = nil
            all = join(all, pair)
        }
        return all
    }
}
