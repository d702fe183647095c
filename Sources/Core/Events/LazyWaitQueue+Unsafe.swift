// SPDX-License-Identifier: Apache-2.0
//
// A wait queue that is made when somebody has to wait for the first time. Most locks are never contended, and a queue
// per lock would cost an allocation for each inode, open file and page cache.

internal import Synchronization

/// A place for a wait queue that may never be needed.
///
/// Public only because a type with a deinit must be visible wherever a lock that holds it is destroyed.
public struct LazyWaitQueue: ~Copyable, @unchecked Sendable {
    /// The queue's reference as a number; 0 before there is one.
    private let bits = Atomic<UInt>(0)

    init() {}

    /// The queue, made by whoever asks first.
    var queue: WaitQueue {
        if let queue = existing { return queue }
        let made = WaitQueue()
        // SAFETY: the slot's reference is retained here and released by deinit alone.
        let new = unsafe UInt(bitPattern: Unmanaged.passRetained(made).toOpaque())
        let (isOurs, _) = bits.compareExchange(expected: 0, desired: new, ordering: .acquiringAndReleasing)
        if isOurs { return made }
        // SAFETY: somebody was quicker; the reference taken above was never published.
        unsafe Unmanaged.passUnretained(made).release()
        return existing ?? made
    }

    /// The queue, if somebody has had to wait.
    var existing: WaitQueue? {
        let bits = bits.load(ordering: .acquiring)
        guard bits != 0 else { return nil }
        // SAFETY: the slot never changes once it is set, and holds a reference while self is there.
        return unsafe Unmanaged<WaitQueue>.fromOpaque(UnsafeRawPointer(bitPattern: bits).unsafelyUnwrapped)
            .takeUnretainedValue()
    }

    deinit {
        let bits = bits.load(ordering: .acquiring)
        guard bits != 0 else { return }
        // SAFETY: the owner goes away, so nobody waits; the reference is the one that `queue` retained.
        unsafe Unmanaged<WaitQueue>.fromOpaque(UnsafeRawPointer(bitPattern: bits).unsafelyUnwrapped).release()
    }
}
