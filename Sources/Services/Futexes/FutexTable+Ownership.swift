// SPDX-License-Identifier: Apache-2.0
//
// Futexes that have an owner: the word holds its number (futex(2), "Priority-inheritance futexes"; robust lists,
// get_robust_list(2)). While threads wait in the kernel the word says so, and only the kernel passes it on: to the thread
// with the highest real-time priority, or that has waited longest.

public import Events
public import LinuxABI
public import Scheduler
internal import Synchronization
public import Time

extension FutexTable {
    /// What to do about a futex that another thread owns.
    public enum WhenOwned {
        /// Wait for it, for ever without a deadline.
        case wait(until: Instant?)
        /// Fail with `.resourceTemporarilyUnavailable`.
        case refuse
    }

    /// Makes a thread the owner of a futex.
    ///
    /// - Parameters:
    ///   - id: the calling thread's number.
    ///   - find: the thread of a number, if there is one.
    /// - Returns: nil when the caller owns it, else what ended the wait.
    /// - Throws: `.deadlock` when it does already or its owner waits for the caller, `.noSuchProcess` when the owner is gone, `.badAddress`.
    public func lock(
        _ futex: Futex, as id: UInt32, _ whenOwned: WhenOwned, find: (UInt32) -> Thread?
    ) throws(Errno) -> WaitEnd? {
        let waiter = FutexWaiter(futex, CurrentThread.thread, claimant: id, isClaiming: true)
        defer { waiter.free() }
        var loan: PriorityLoan?
        try enter(waiter, futex) { (list) throws(Errno) in
            let isWaitedFor = list.find(futex, from: list.first, claiming: true) != nil
            guard let owner = try FutexTable.claim(futex, for: id, isWaitedFor: isWaitedFor, whenOwned, find: find)
            else { return false }
            let new = PriorityLoan(CurrentThread.thread, futex)
            try loans.begin(new, to: owner)
            loan = new
            return true
        }
        guard let loan, case .wait(let deadline) = whenOwned else { return nil }
        defer { loans.end(loan) }
        return sleep(waiter, until: deadline)
    }

    /// Writes a thread's number into a free word, or says in an owned one that somebody waits.
    ///
    /// - Returns: nil when the thread owns it now, else who does.
    static func claim(
        _ futex: Futex, for id: UInt32, isWaitedFor: Bool, _ whenOwned: WhenOwned, find: (UInt32) -> Thread?
    ) throws(Errno) -> Thread? {
        while true {
            let word = try futex.load()
            let owner = word & FutexWord.owner
            if owner == id { throw .deadlock }
            if owner == 0 {
                let new = id | word & FutexWord.ownerDied | (isWaitedFor ? FutexWord.waiters : 0)
                if try futex.exchange(word, by: new) { return nil }
                continue
            }
            if case .refuse = whenOwned { throw .resourceTemporarilyUnavailable }
            guard let thread = find(owner) else {
                // An owner that ends says so in the word first: the look at it may be older.
                if try futex.load() != word { continue }
                throw .noSuchProcess
            }
            if word & FutexWord.waiters != 0 { return thread }
            if try futex.exchange(word, by: word | FutexWord.waiters) { return thread }
        }
    }

    /// Gives a futex to the real-time thread of the highest priority or the thread that has waited longest, or to nobody.
    ///
    /// - Parameter id: the calling thread's number.
    /// - Throws: `.notPermitted` when another thread owns it, `.badAddress`.
    public func unlock(_ futex: Futex, as id: UInt32) throws(Errno) {
        guard try futex.load() & FutexWord.owner == id else { throw .notPermitted }
        let bucket = bucket(index(of: futex))
        try bucket.withList { (list) throws(Errno) in
            if try !handOver(futex, marking: 0, in: &list, of: bucket) {
                while try !futex.exchange(try futex.load(), by: 0) {}
            }
        }
    }

    /// Makes a waiter the owner. - Returns: false when there is none.
    private func handOver(
        _ futex: Futex, marking mark: UInt32, in list: inout FutexList, of bucket: FutexBucket
    ) throws(Errno) -> Bool {
        guard let first = list.find(futex, from: list.first, claiming: true) else { return false }
        let second = list.find(futex, from: first.next, claiming: true)
        var heir = first
        if second != nil, let thread = loans.heir(of: futex) {
            var candidate: FutexWaiter? = first
            while let waiter = candidate, waiter.thread !== thread {
                candidate = list.find(futex, from: waiter.next, claiming: true)
            }
            heir = candidate ?? first
        }
        let isWaitedFor = second != nil
        let new = heir.claimant | mark | (isWaitedFor ? FutexWord.waiters : 0)
        while try !futex.exchange(try futex.load(), by: new) {}
        loans.pass(futex, to: heir.thread)
        FutexTable.wake(heir, in: &list, of: bucket)
        return true
    }

    /// Passes a futex on whose owner has ended (robust lists): the next owner finds that out from the word.
    ///
    /// - Parameters:
    ///   - id: the number of the thread that ends.
    ///   - hasClaimants: whether threads wait to own it (a mutex with priority inheritance).
    ///   - wasAboutTo: whether the thread was about to take or give up the futex, which it may have done already.
    /// - Throws: `.badAddress`.
    public func ownerEnded(_ futex: Futex, _ id: UInt32, hasClaimants: Bool, wasAboutTo: Bool) throws(Errno) {
        while true {
            let word = try futex.load()
            if wasAboutTo, !hasClaimants, word == 0 {
                wake(futex, atMost: 1)
                return
            }
            guard word & FutexWord.owner == id else { return }
            if hasClaimants {
                let bucket = bucket(index(of: futex))
                let isDone = try bucket.withList { (list) throws(Errno) in
                    try handOver(futex, marking: FutexWord.ownerDied, in: &list, of: bucket)
                }
                if isDone { return }
            }
            if try futex.exchange(word, by: word & FutexWord.waiters | FutexWord.ownerDied) {
                if !hasClaimants, word & FutexWord.waiters != 0 { wake(futex, atMost: 1) }
                return
            }
        }
    }

    // MARK: Condition variables of such mutexes

    /// Waits on a futex until somebody makes the thread the owner of another one (FUTEX_WAIT_REQUEUE_PI).
    ///
    /// - Returns: nil when the caller owns the other one, else what ended the wait.
    /// - Throws: as `wait`.
    public func waitToOwn(
        _ futex: Futex, expecting expected: UInt32, for target: Futex, as id: UInt32, until deadline: Instant?
    ) throws(Errno) -> WaitEnd? {
        let waiter = FutexWaiter(futex, CurrentThread.thread, claimant: id)
        defer { waiter.free() }
        // There before anybody can move the wait.
        let loan = PriorityLoan(CurrentThread.thread, target)
        loans.enter(loan)
        defer { loans.end(loan) }
        try enter(waiter, futex, expecting: expected)
        return sleep(waiter, until: deadline)
    }

    /// Makes the first waiter of a futex the owner of another one if that is free, and lets the others, or all, wait for
    /// it (FUTEX_CMP_REQUEUE_PI).
    ///
    /// - Returns: how many threads that were.
    /// - Throws: `.resourceTemporarilyUnavailable` when the word does not hold what is expected; `.invalidArgument` for a
    ///   waiter that does not want to own anything; and as `lock`.
    public func requeueToOwn(
        _ futex: Futex, expecting expected: UInt32, to target: Futex, moving count: Int, find: (UInt32) -> Thread?
    ) throws(Errno) -> Int {
        try withBoth(futex, target) { (source, sourceBucket, destination, destinationBucket) throws(Errno) in
            guard try futex.load() == expected else { throw .resourceTemporarilyUnavailable }
            var done = 0
            while done <= count, let waiter = source.find(futex, from: source.first, claiming: false) {
                let isWaitedFor = destination.find(target, from: destination.first, claiming: true) != nil
                if try FutexTable.grant(target, to: waiter, isFirst: done == 0, isWaitedFor: isWaitedFor, find) {
                    FutexTable.wake(waiter, in: &source, of: sourceBucket)
                } else {
                    try beginClaiming(waiter, target, find)
                    move(waiter, to: target, &source, sourceBucket, &destination, destinationBucket)
                }
                done += 1
            }
            return done
        } same: { (list, bucket) throws(Errno) in
            guard try futex.load() == expected else { throw .resourceTemporarilyUnavailable }
            var done = 0
            while done <= count, let waiter = list.find(futex, from: list.first, claiming: false) {
                let isWaitedFor = list.find(target, from: list.first, claiming: true) != nil
                if try FutexTable.grant(target, to: waiter, isFirst: done == 0, isWaitedFor: isWaitedFor, find) {
                    FutexTable.wake(waiter, in: &list, of: bucket)
                } else {
                    try beginClaiming(waiter, target, find)
                    waiter.futex = target
                }
                done += 1
            }
            return done
        }
    }

    private static func grant(
        _ target: Futex, to waiter: FutexWaiter, isFirst: Bool, isWaitedFor: Bool, _ find: (UInt32) -> Thread?
    ) throws(Errno) -> Bool {
        guard waiter.claimant != 0 else { throw .invalidArgument }
        guard isFirst else { return false }
        return try claim(
            target, for: waiter.claimant, isWaitedFor: isWaitedFor, .wait(until: nil), find: find) == nil
    }

    /// A waiter waits to own a futex from now on, and lends to who has it.
    private func beginClaiming(
        _ waiter: FutexWaiter, _ target: Futex, _ find: (UInt32) -> Thread?
    ) throws(Errno) {
        let owner = find(try target.load() & FutexWord.owner)
        waiter.isClaiming = true
        if let owner, owner !== waiter.thread { loans.begin(by: waiter.thread, to: owner) }
    }

    /// A thread's own priority has changed: what it lends to others does.
    public func priorityChanged(of thread: Thread) { loans.priorityChanged(of: thread) }
}
