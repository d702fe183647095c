// SPDX-License-Identifier: Apache-2.0
//
// Moving waiters from one futex to another without waking them: condition variables hand their waiters to the mutex
// (FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_CMP_REQUEUE_PI), and FUTEX_WAKE_OP wakes on two words at once.

internal import Events
public import LinuxABI
internal import Synchronization

extension FutexTable {
    /// Wakes some waiters of a futex and moves others to a second one.
    ///
    /// - Parameter check: a look at the word under the locks; throws to give up.
    /// - Returns: how many were woken, and how many moved.
    public func requeue(
        _ futex: Futex, waking wakeCount: Int, to target: Futex, moving moveCount: Int,
        if check: () throws(Errno) -> Void
    ) throws(Errno) -> (woken: Int, moved: Int) {
        try withBoth(futex, target) { (source, sourceBucket, destination, destinationBucket) throws(Errno) in
            try check()
            let woken = FutexTable.wake(futex, atMost: wakeCount, .max, in: &source, of: sourceBucket)
            var moved = 0
            while moved < moveCount, let waiter = source.find(futex, from: source.first, claiming: false) {
                move(waiter, to: target, &source, sourceBucket, &destination, destinationBucket)
                moved += 1
            }
            return (woken, moved)
        } same: { (list, bucket) throws(Errno) in
            try check()
            let woken = FutexTable.wake(futex, atMost: wakeCount, .max, in: &list, of: bucket)
            var moved = 0
            // Within one list nothing moves but the name.
            while moved < moveCount, !futex.isSame(as: target),
                let waiter = list.find(futex, from: list.first, claiming: false)
            {
                waiter.futex = target
                moved += 1
            }
            return (woken, moved)
        }
    }

    /// Changes the second word and wakes waiters of both (FUTEX_WAKE_OP).
    ///
    /// - Parameter change: under the locks; whether the second one's waiters are woken, too.
    /// - Returns: how many were woken.
    public func wake(
        _ futex: Futex, atMost count: Int, and second: Futex, atMost secondCount: Int,
        if change: () throws(Errno) -> Bool
    ) throws(Errno) -> Int {
        try withBoth(futex, second) { (list, bucket, otherList, otherBucket) throws(Errno) in
            let both = try change()
            let woken = FutexTable.wake(futex, atMost: count, .max, in: &list, of: bucket)
            return both
                ? woken + FutexTable.wake(second, atMost: secondCount, .max, in: &otherList, of: otherBucket) : woken
        } same: { (list, bucket) throws(Errno) in
            let both = try change()
            let woken = FutexTable.wake(futex, atMost: count, .max, in: &list, of: bucket)
            return both ? woken + FutexTable.wake(second, atMost: secondCount, .max, in: &list, of: bucket) : woken
        }
    }

    /// Moves a waiter to another futex in another bucket.
    func move(
        _ waiter: FutexWaiter, to target: Futex, _ source: inout FutexList, _ sourceBucket: FutexBucket,
        _ destination: inout FutexList, _ destinationBucket: FutexBucket
    ) {
        source.remove(waiter)
        destinationBucket.comes()
        waiter.futex = target
        destination.append(waiter)
        waiter.bucket = index(of: target)
        sourceBucket.goes()
    }

    /// Runs code with the lists of two futexes, locked in the order of their buckets.
    func withBoth<R>(
        _ first: Futex, _ second: Futex,
        _ body: (inout FutexList, FutexBucket, inout FutexList, FutexBucket) throws(Errno) -> R,
        same: (inout FutexList, FutexBucket) throws(Errno) -> R
    ) throws(Errno) -> R {
        let (a, b) = (index(of: first), index(of: second))
        let (bucketA, bucketB) = (bucket(a), bucket(b))
        if a == b { return try bucketA.withList { (list) throws(Errno) in try same(&list, bucketA) } }
        if a < b {
            return try bucketA.withList { (listA) throws(Errno) in
                try bucketB.withList { (listB) throws(Errno) in try body(&listA, bucketA, &listB, bucketB) }
            }
        }
        return try bucketB.withList { (listB) throws(Errno) in
            try bucketA.withList { (listA) throws(Errno) in try body(&listA, bucketA, &listB, bucketB) }
        }
    }
}
