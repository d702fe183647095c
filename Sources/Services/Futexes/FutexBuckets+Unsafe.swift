// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a table, made together when somebody waits for the first time and there until the table goes. In one
// piece of memory, so that looking for one counts no references.

internal import Events
internal import Synchronization

/// One bucket. Valid as long as its table is.
@safe struct FutexBucket {
    fileprivate struct Fields: ~Copyable {
        let list = BlockingMutex(FutexList(), .futexes)
        let population = Atomic<Int>(0)
    }

    fileprivate let fields: UnsafeMutablePointer<Fields>

    // SAFETY: (both) the table owns the memory, and whoever uses a bucket holds the table.

    /// Runs code with the waiters.
    ///
    /// - Context: thread; may block.
    @inline(__always) func withList<R, E: Error>(_ body: (inout FutexList) throws(E) -> R) throws(E) -> R {
        try unsafe fields.pointee.list.withLock(body)
    }

    /// How many threads are in the list or about to be.
    var population: Int { unsafe fields.pointee.population.load(ordering: .sequentiallyConsistent) }

    /// Counts a thread that is about to enter, before it looks at the word.
    func comes() { unsafe fields.pointee.population.add(1, ordering: .sequentiallyConsistent) }

    /// Takes a thread out of the count.
    func goes() { unsafe fields.pointee.population.subtract(1, ordering: .relaxed) }
}

/// All buckets of a table.
@safe struct FutexBuckets: ~Copyable, @unchecked Sendable {
    /// A power of two.
    static var count: Int { 64 }

    /// Where they are; 0 before there are any.
    private let base = Atomic<UInt>(0)

    init() {}

    /// A bucket, if somebody has waited.
    @inline(__always) func existing(_ index: Int) -> FutexBucket? {
        // SAFETY: (all of these) the address is that of `count` buckets, set once; the index is below that.
        guard let first = unsafe UnsafeMutablePointer<FutexBucket.Fields>(bitPattern: base.load(ordering: .acquiring))
        else { return nil }
        return unsafe FutexBucket(fields: first + (index & (FutexBuckets.count - 1)))
    }

    /// A bucket.
    @inline(__always) func bucket(_ index: Int) -> FutexBucket {
        if let bucket = existing(index) { return bucket }
        make()
        return bucket(index)
    }

    @inline(never) private func make() {
        let new = unsafe UnsafeMutablePointer<FutexBucket.Fields>.allocate(capacity: FutexBuckets.count)
        for index in 0..<FutexBuckets.count { unsafe (new + index).initialize(to: FutexBucket.Fields()) }
        let (isOurs, _) = base.compareExchange(
            expected: 0, desired: UInt(bitPattern: new), ordering: .acquiringAndReleasing)
        if !isOurs { unsafe FutexBuckets.destroy(new) }
    }

    private static func destroy(_ first: UnsafeMutablePointer<FutexBucket.Fields>) {
        unsafe first.deinitialize(count: FutexBuckets.count)
        unsafe first.deallocate()
    }

    deinit {
        if let first = unsafe UnsafeMutablePointer<FutexBucket.Fields>(bitPattern: base.load(ordering: .acquiring)) {
            unsafe FutexBuckets.destroy(first)
        }
    }
}
