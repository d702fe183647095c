// SPDX-License-Identifier: Apache-2.0
//
// Who waits to own what whom has: a thread that has a futex runs with at least the real-time priority of the most important
// thread that waits to own it (futex(2), "Priority-inheritance futexes"), and if it waits itself, so does the one that it
// waits for. Otherwise a thread of a priority in between would keep the owner, and with it the one that waits, from the
// CPU for ever. Waiting in a circle is found here, too. Walks are bounded as on Linux.
//
//      waits ── loan ──▶ owner, waits ── loan ──▶ owner

internal import LinuxABI
internal import Scheduler
internal import Sync

/// One thread's wait to own a futex.
final class PriorityLoan: Sendable {
    let lender: Thread
    /// Guarded by the lock of the loans.
    let terms: Confined<Terms>

    struct Terms: ~Copyable {
        let futex: Futex
        /// Who has the futex; nil while the lender does not wait for it.
        var debtor: Thread?
        /// The lender's own priority or what is lent to it, the higher one.
        var priority: UInt8 = 0
        var next: PriorityLoan?
    }

    init(_ lender: Thread, _ futex: Futex) {
        self.lender = lender
        terms = Confined(Terms(futex: futex))
    }

    func isOf(_ futex: Futex) -> Bool { terms.with { $0.futex.isSame(as: futex) } }

    var debtor: Thread? {
        get { terms.with { $0.debtor } }
        set { terms.with { $0.debtor = newValue } }
    }
    var priority: UInt8 {
        get { terms.with { $0.priority } }
        set { terms.with { $0.priority = newValue } }
    }
    var next: PriorityLoan? {
        get { terms.with { $0.next } }
        set { terms.with { $0.next = newValue } }
    }
}

/// All loans of a table.
struct PriorityLoans: ~Copyable {
    private let list = Spinlock(LoanList(), .loans)

    /// Enters a wait that is none yet: somebody may turn it into one (FUTEX_CMP_REQUEUE_PI).
    func enter(_ loan: PriorityLoan) { list.withLock { $0.append(loan) } }

    /// Enters a wait for what another thread has.
    ///
    /// - Throws: `.deadlock` when that one waits, maybe through others, for the lender.
    func begin(_ loan: PriorityLoan, to debtor: Thread) throws(Errno) {
        try list.withLock { (list) throws(Errno) in
            guard !list.leads(from: debtor, to: loan.lender) else { throw .deadlock }
            list.append(loan)
            list.lend(loan, to: debtor)
        }
    }

    /// Turns an entered wait into one for what a thread has.
    func begin(by lender: Thread, to debtor: Thread) {
        list.withLock { list in if let loan = list.loan(of: lender) { list.lend(loan, to: debtor) } }
    }

    /// Takes a wait out.
    func end(_ loan: PriorityLoan) {
        // Given back outside of the lock: it may be the last reference.
        let debtor = list.withLock { list -> Thread? in
            list.remove(loan)
            let debtor = loan.debtor
            loan.debtor = nil
            if let debtor { list.settle(debtor) }
            return debtor
        }
        _ = debtor
    }

    /// The real-time thread that should have a futex next; nil if only others wait.
    func heir(of futex: Futex) -> Thread? { list.withLock { $0.heir(of: futex) } }

    /// A futex goes from the running thread to another one: those that wait for it lend to that one now.
    func pass(_ futex: Futex, to heir: Thread) {
        let old = CurrentThread.thread
        list.withLock { list in
            list.redirect(futex, to: heir)
            list.settle(old)
            list.settle(heir)
        }
    }

    /// A thread's own priority has changed.
    func priorityChanged(of lender: Thread) {
        list.withLock { list in
            guard let loan = list.loan(of: lender), let debtor = loan.debtor else { return }
            loan.priority = CurrentThread.scheduler.priority(of: lender)
            list.settle(debtor)
        }
    }
}
