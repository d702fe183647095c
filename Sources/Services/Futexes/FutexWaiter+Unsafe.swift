// SPDX-License-Identifier: Apache-2.0
//
// A thread that waits on a futex. It lies in the list of one bucket and may be moved to another one; it takes the
// bucket's lock before it goes away, so that the list's links need not keep it alive.

internal import Scheduler
internal import Synchronization

/// An entry in a bucket's list.
final class FutexWaiter: @unchecked Sendable {
    let thread: Thread
    /// Which wake-ups it takes (FUTEX_WAIT_BITSET).
    let bits: UInt32
    /// The number that becomes the word's owner, for a thread that waits to own the word; else 0.
    let claimant: UInt32
    /// The bucket in whose list it is, or was last.
    let bucket = Atomic<Int>(0)

    // SAFETY: (all of these) guarded by the lock of the bucket that the waiter is in.
    nonisolated(unsafe) private var storedFutex: Futex
    nonisolated(unsafe) private unowned(unsafe) var storedNext: FutexWaiter?
    nonisolated(unsafe) private unowned(unsafe) var storedPrevious: FutexWaiter?
    nonisolated(unsafe) private var storedIsClaiming: Bool
    private let queued = Atomic<Bool>(false)

    /// - Parameter claimant: see there.
    init(_ futex: Futex, _ thread: Thread, bits: UInt32 = .max, claimant: UInt32 = 0, isClaiming: Bool = false) {
        self.thread = thread
        self.bits = bits
        self.claimant = claimant
        unsafe storedFutex = futex
        unsafe storedIsClaiming = isClaiming
    }

    /// What it waits on.
    var futex: Futex {
        get { unsafe storedFutex }
        set { unsafe storedFutex = newValue }
    }
    /// Whether it waits to own the word, and not just for a wake-up that may turn into that (FUTEX_WAIT_REQUEUE_PI).
    var isClaiming: Bool {
        get { unsafe storedIsClaiming }
        set { unsafe storedIsClaiming = newValue }
    }
    var next: FutexWaiter? {
        get { unsafe storedNext }
        set { unsafe storedNext = newValue }
    }
    var previous: FutexWaiter? {
        get { unsafe storedPrevious }
        set { unsafe storedPrevious = newValue }
    }
    /// Whether nobody has woken it yet; written under the bucket's lock.
    var isQueued: Bool {
        get { queued.load(ordering: .acquiring) }
        set { queued.store(newValue, ordering: .releasing) }
    }
}

extension ObjectIdentifier {
    /// The object's address, which stands for it as long as it is alive.
    var hashValueOfAddress: Int { unsafe unsafeBitCast(self, to: Int.self) }
}
