// SPDX-License-Identifier: Apache-2.0
//
// All waiting threads of a system, by futex. A bucket's lock covers the look at the word and the entry into the list, so
// no wake-up is lost; it may be held over a page fault, therefore it is one that sleeps. Who wakes looks at the bucket's
// count first: mostly nobody waits, and then no lock is taken. The buckets are made when somebody waits for the first
// time.

internal import Containers
public import Events
public import LinuxABI
internal import Scheduler
internal import Synchronization
public import Time

/// The waiting threads of a system.
public final class FutexTable: Sendable {
    private let buckets = FutexBuckets()
    /// What threads that wait to own futexes lend to the owners.
    let loans = PriorityLoans()

    /// Creates an empty table.
    public init() {}

    func index(of futex: Futex) -> Int { Int(truncatingIfNeeded: futex.hash >> 32) & (FutexBuckets.count - 1) }

    /// A bucket that somebody may be in.
    func bucket(_ index: Int) -> FutexBucket { buckets.bucket(index) }

    /// A bucket, or nil when surely nobody is in it: whoever enters counts itself first and looks at the word afterwards.
    @inline(__always) private func populatedBucket(_ index: Int) -> FutexBucket? {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard let bucket = buckets.existing(index), bucket.population != 0 else { return nil }
        return bucket
    }

    // MARK: Waiting

    /// Waits until somebody wakes the futex.
    ///
    /// - Parameters:
    ///   - expected: what the word must hold.
    ///   - bits: which wake-ups count; not 0.
    /// - Returns: nil when woken, else what ended the wait.
    /// - Throws: `.resourceTemporarilyUnavailable` when the word holds something else; `.badAddress`.
    /// - Context: thread; blocks.
    public func wait(
        _ futex: Futex, expecting expected: UInt32, bits: UInt32 = .max, until deadline: Instant?
    ) throws(Errno) -> WaitEnd? {
        let waiter = CurrentThread.with { FutexWaiter(futex, $0, bits: bits) }
        defer { waiter.free() }
        try enter(waiter, futex, expecting: expected)
        return sleep(waiter, until: deadline)
    }

    /// Enters a waiter if the word holds what is expected.
    func enter(_ waiter: FutexWaiter, _ futex: Futex, expecting expected: UInt32) throws(Errno) {
        try enter(waiter, futex) { (_) throws(Errno) in
            guard try futex.load() == expected else { throw .resourceTemporarilyUnavailable }
            return true
        }
    }

    /// Enters a waiter unless a look at the word, under the bucket's lock, says that it need not or must not wait.
    ///
    /// - Parameter check: whether to wait.
    @inline(__always) func enter(
        _ waiter: FutexWaiter, _ futex: Futex, if check: (inout FutexList) throws(Errno) -> Bool
    ) throws(Errno) {
        let index = index(of: futex)
        let bucket = bucket(index)
        waiter.bucket = index
        bucket.comes()
        var hasEntered = false
        defer { if !hasEntered { bucket.goes() } }
        try bucket.withList { (list) throws(Errno) in
            guard try check(&list) else { return }
            waiter.isQueued = true
            list.append(waiter)
            hasEntered = true
        }
    }

    /// Sleeps until a waiter is woken, and takes it out. - Returns: nil if it was woken.
    func sleep(_ waiter: FutexWaiter, until deadline: Instant?) -> WaitEnd? {
        let end = Sleep.until(deadline, unless: { !waiter.isQueued })
        return leave(waiter) ? end : nil
    }

    /// Takes a waiter out. - Returns: whether nobody had woken it.
    func leave(_ waiter: FutexWaiter) -> Bool {
        while waiter.isQueued {
            let index = waiter.bucket
            let bucket = bucket(index)
            let wasQueued = bucket.withList { list -> Bool? in
                // It may have been moved to another bucket meanwhile.
                guard waiter.bucket == index else { return nil }
                guard waiter.isQueued else { return false }
                list.remove(waiter)
                waiter.isQueued = false
                bucket.goes()
                return true
            }
            if let wasQueued { return wasQueued }
        }
        return false
    }

    /// Waits on several words at once.
    ///
    /// - Returns: the index of one that was woken, or what ended the wait.
    /// - Throws: as `wait`.
    public func waitForAny(
        _ words: [(futex: Futex, expected: UInt32)], until deadline: Instant?
    ) throws(Errno) -> Result<Int, WaitEnd> {
        var waiters: [FutexWaiter] = []
        waiters.reserveCapacity(words.count)
        defer { for waiter in waiters { waiter.free() } }
        do throws(Errno) {
            for (futex, expected) in words {
                let waiter = FutexWaiter(futex, CurrentThread.thread)
                do throws(Errno) { try enter(waiter, futex, expecting: expected) } catch {
                    waiter.free()
                    throw error
                }
                waiters.append(waiter)
            }
        } catch {
            // A wake-up that came while the others were entered counts (futex_waitv(2)).
            if let woken = leaveAll(waiters) { return .success(woken) }
            throw error
        }
        let end = Sleep.until(deadline) {
            for waiter in waiters where !waiter.isQueued { return true }
            return false
        }
        if let woken = leaveAll(waiters) { return .success(woken) }
        return .failure(end ?? .interrupted)
    }

    /// Takes waiters out. - Returns: the first that was woken.
    private func leaveAll(_ waiters: [FutexWaiter]) -> Int? {
        var woken: Int?
        for (index, waiter) in waiters.enumerated() where !leave(waiter) && woken == nil { woken = index }
        return woken
    }

    // MARK: Waking

    /// Wakes threads that wait for any of these bits, in the order in which they came.
    ///
    /// - Returns: how many.
    /// - Context: thread; may block.
    @discardableResult
    public func wake(_ futex: Futex, atMost count: Int, bits: UInt32 = .max) -> Int {
        guard let bucket = populatedBucket(index(of: futex)) else { return 0 }
        return bucket.withList { list in
            FutexTable.wake(futex, atMost: count, bits, in: &list, of: bucket)
        }
    }

    static func wake(
        _ futex: Futex, atMost count: Int, _ bits: UInt32, in list: inout FutexList, of bucket: FutexBucket
    ) -> Int {
        var woken = 0
        var next = list.first
        while woken < count, let waiter = list.find(futex, from: next, claiming: false) {
            next = waiter.next
            guard waiter.bits & bits != 0 else { continue }
            wake(waiter, in: &list, of: bucket)
            woken += 1
        }
        return woken
    }

    static func wake(_ waiter: FutexWaiter, in list: inout FutexList, of bucket: FutexBucket) {
        // Held by a count of our own: once the waiter says so, its thread may go on and end.
        let thread = waiter.thread
        list.remove(waiter)
        bucket.goes()
        waiter.isQueued = false
        CurrentThread.withScheduler { $0.unpark(thread) }
    }
}
