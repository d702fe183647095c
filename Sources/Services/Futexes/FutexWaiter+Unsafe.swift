// SPDX-License-Identifier: Apache-2.0
//
// A thread that waits on a futex. It lies in the list of one bucket and may be moved to another one. The waiting thread
// makes it and gives it back when it is in no list any more; who wakes it does not touch it once it says so. Plain
// memory without reference counts: a wait and a wake-up are a few hundred instructions.

internal import Scheduler
internal import Synchronization

/// An entry in a bucket's list.
@safe struct FutexWaiter: @unchecked Sendable {
    private struct Fields: ~Copyable {
        let bits: UInt32
        let claimant: UInt32
        let bucket = Atomic<Int>(0)
        let isQueued = Atomic<Bool>(false)
        unowned(unsafe) let thread: Thread
        var futex: Futex
        var isClaiming: Bool
        var next: FutexWaiter?
        var previous: FutexWaiter?
    }

    private let fields: UnsafeMutablePointer<Fields>

    // SAFETY: (all of these) the waiting thread calls `free` after the last use, and does not end before; all fields but
    // the atomics and those that never change are guarded by the lock of the bucket that the waiter is in.

    /// - Parameter claimant: see there.
    init(_ futex: Futex, _ thread: Thread, bits: UInt32 = .max, claimant: UInt32 = 0, isClaiming: Bool = false) {
        unsafe fields = .allocate(capacity: 1)
        unsafe fields.initialize(
            to: Fields(bits: bits, claimant: claimant, thread: thread, futex: futex, isClaiming: isClaiming))
    }

    /// Gives the memory back; the waiter is in no list.
    func free() {
        unsafe fields.deinitialize(count: 1)
        unsafe fields.deallocate()
    }

    var thread: Thread { unsafe fields.pointee.thread }
    /// Which wake-ups it takes (FUTEX_WAIT_BITSET).
    var bits: UInt32 { unsafe fields.pointee.bits }
    /// The number that becomes the word's owner, for a thread that waits to own the word; else 0.
    var claimant: UInt32 { unsafe fields.pointee.claimant }
    /// The bucket in whose list it is, or was last.
    var bucket: Int {
        get { unsafe fields.pointee.bucket.load(ordering: .acquiring) }
        nonmutating set { unsafe fields.pointee.bucket.store(newValue, ordering: .releasing) }
    }
    /// Whether nobody has woken it yet; written under the bucket's lock. False is the last that is written to it.
    var isQueued: Bool {
        get { unsafe fields.pointee.isQueued.load(ordering: .acquiring) }
        nonmutating set { unsafe fields.pointee.isQueued.store(newValue, ordering: .releasing) }
    }
    /// What it waits on.
    var futex: Futex {
        get { unsafe fields.pointee.futex }
        nonmutating set { unsafe fields.pointee.futex = newValue }
    }
    /// Whether it waits on a futex.
    func waits(on futex: Futex) -> Bool { unsafe fields.pointee.futex.isSame(as: futex) }
    /// Whether it waits to own the word, and not just for a wake-up that may turn into that (FUTEX_WAIT_REQUEUE_PI).
    var isClaiming: Bool {
        get { unsafe fields.pointee.isClaiming }
        nonmutating set { unsafe fields.pointee.isClaiming = newValue }
    }
    var next: FutexWaiter? {
        get { unsafe fields.pointee.next }
        nonmutating set { unsafe fields.pointee.next = newValue }
    }
    var previous: FutexWaiter? {
        get { unsafe fields.pointee.previous }
        nonmutating set { unsafe fields.pointee.previous = newValue }
    }
}

extension ObjectIdentifier {
    /// The object's address, which stands for it as long as it is alive.
    var address: UInt { unsafe unsafeBitCast(self, to: UInt.self) }
}
