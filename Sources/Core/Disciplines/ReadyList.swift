// SPDX-License-Identifier: Apache-2.0
//
// The list that queues are made of. Intrusive: waking and switching neither allocate nor count references.

/// Ready threads in some order.
public struct ReadyList<Entry: Schedulable>: ~Copyable {
    /// The thread at the beginning.
    public private(set) var first: Entry?
    /// The thread at the end.
    public private(set) var last: Entry?
    /// How many there are.
    public private(set) var count = 0

    /// Creates an empty list.
    public init() {}

    /// Puts a thread in.
    ///
    /// - Parameter before: the one that it comes behind; nil at the beginning.
    @inline(__always) public mutating func insert(_ thread: Entry, behind before: Entry?) {
        let after = before == nil ? first : before?.next
        thread.previous = before
        thread.next = after
        if let before { before.next = thread } else { first = thread }
        if let after { after.previous = thread } else { last = thread }
        thread.isQueued = true
        count += 1
    }

    /// Takes a thread out.
    public mutating func remove(_ thread: Entry) {
        if let before = thread.previous { before.next = thread.next } else { first = thread.next }
        if let after = thread.next { after.previous = thread.previous } else { last = thread.previous }
        thread.next = nil
        thread.previous = nil
        thread.isQueued = false
        count -= 1
    }

    /// Takes the last thread that may leave for a CPU.
    public mutating func removeLast(for cpu: Int) -> Entry? {
        var candidate = last
        while let thread = candidate {
            if thread.canMove(to: cpu) {
                remove(thread)
                return thread
            }
            candidate = thread.previous
        }
        return nil
    }
}
