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
internal import Sync
internal import Synchronization
public import Time

/// One bucket.
final class FutexBucket: Sendable {
    let list = BlockingMutex(FutexList())
    /// Threads that are in the list or about to be.
    let population = Atomic<Int>(0)
}

/// The waiting threads of a system.
public final class FutexTable: Sendable {
    /// A power of two.
    private static var bucketCount: Int { 64 }

    final class Buckets: Sendable {
        let items: [FutexBucket]

        init(count: Int) {
            var items: [FutexBucket] = []
            items.reserveCapacity(count)
            for _ in 0..<count { items.append(FutexBucket()) }
            self.items = items
        }
    }
    private let buckets = LazyReference<Buckets>()

    /// Creates an empty table.
    public init() {}

    func index(of futex: Futex) -> Int { Int(truncatingIfNeeded: futex.hash >> 32) & (FutexTable.bucketCount - 1) }

    /// A bucket that somebody may be in.
    func bucket(_ index: Int) -> FutexBucket {
        buckets.value { Buckets(count: FutexTable.bucketCount) }.items[index]
    }

    /// A bucket, or nil when surely nobody is in it: whoever enters counts itself first and looks at the word afterwards.
    private func populatedBucket(_ index: Int) -> FutexBucket? {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard let bucket = buckets.existing?.items[index] else { return nil }
        return bucket.population.load(ordering: .sequentiallyConsistent) == 0 ? nil : bucket
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
        let waiter = FutexWaiter(futex, CurrentThread.thread, bits: bits)
        try enter(waiter, expecting: expected)
        return sleep(waiter, until: deadline)
    }

    /// Enters a waiter if the word holds what is expected.
    func enter(_ waiter: FutexWaiter, expecting expected: UInt32) throws(Errno) {
        let futex = waiter.futex
        try enter(waiter) { (_) throws(Errno) in
            guard try futex.load() == expected else { throw .resourceTemporarilyUnavailable }
            return true
        }
    }

    /// Enters a waiter unless a look at the word, under the bucket's lock, says that it need not or must not wait.
    ///
    /// - Parameter check: whether to wait.
    func enter(_ waiter: FutexWaiter, if check: (inout FutexList) throws(Errno) -> Bool) throws(Errno) {
        let index = index(of: waiter.futex)
        let bucket = bucket(index)
        waiter.bucket.store(index, ordering: .relaxed)
        bucket.population.add(1, ordering: .sequentiallyConsistent)
        var hasEntered = false
        defer { if !hasEntered { bucket.population.subtract(1, ordering: .relaxed) } }
        try bucket.list.withLock { (list) throws(Errno) in
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
        while true {
            let index = waiter.bucket.load(ordering: .acquiring)
            let bucket = bucket(index)
            let wasQueued = bucket.list.withLock { list -> Bool? in
                // It may have been moved to another bucket meanwhile.
                guard waiter.bucket.load(ordering: .relaxed) == index else { return nil }
                guard waiter.isQueued else { return false }
                list.remove(waiter)
                waiter.isQueued = false
                bucket.population.subtract(1, ordering: .relaxed)
                return true
            }
            if let wasQueued { return wasQueued }
        }
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
        do throws(Errno) {
            for (futex, expected) in words {
                let waiter = FutexWaiter(futex, CurrentThread.thread)
                try enter(waiter, expecting: expected)
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
        return bucket.list.withLock { list in
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
        let thread = waiter.thread
        list.remove(waiter)
        waiter.isQueued = false
        bucket.population.subtract(1, ordering: .relaxed)
        CurrentThread.scheduler.unpark(thread)
    }
}
