// SPDX-License-Identifier: Apache-2.0
//
// The loans of a table, and what follows from them: who runs with which priority, who is next, who waits in a circle.
// Looked through from its beginning each time: it holds the threads that wait to own something at this moment.

internal import Scheduler

/// The loans in the order in which they were entered.
struct LoanList: ~Copyable {
    private var first: PriorityLoan?
    private var last: PriorityLoan?

    /// How far waiting for one that waits is followed, as on Linux.
    private static var longestChain: Int { 1024 }

    init() {}

    mutating func append(_ loan: PriorityLoan) {
        if let last { last.next = loan } else { first = loan }
        last = loan
    }

    mutating func remove(_ loan: PriorityLoan) {
        var before: PriorityLoan?
        var candidate = first
        while let found = candidate, found !== loan {
            before = found
            candidate = found.next
        }
        guard candidate != nil else { return }
        if let before { before.next = loan.next } else { first = loan.next }
        if last === loan { last = before }
        loan.next = nil
    }

    func loan(of lender: Thread) -> PriorityLoan? {
        var candidate = first
        while let loan = candidate, loan.lender !== lender { candidate = loan.next }
        return candidate
    }

    func heir(of futex: Futex) -> Thread? {
        var (most, heir): (UInt8, Thread?) = (0, nil)
        var candidate = first
        while let loan = candidate {
            if loan.priority > most, loan.debtor != nil, loan.isOf(futex) {
                (most, heir) = (loan.priority, loan.lender)
            }
            candidate = loan.next
        }
        return heir
    }

    /// Whether a thread waits, maybe through others, for another one.
    func leads(from start: Thread, to end: Thread) -> Bool {
        var thread = start
        for _ in 0..<LoanList.longestChain {
            if thread === end { return true }
            guard let next = loan(of: thread)?.debtor else { return false }
            thread = next
        }
        return true
    }

    func lend(_ loan: PriorityLoan, to debtor: Thread) {
        loan.debtor = debtor
        loan.priority = CurrentThread.scheduler.priority(of: loan.lender)
        if loan.priority > 0 { settle(debtor) }
    }

    func redirect(_ futex: Futex, to heir: Thread) {
        var candidate = first
        while let loan = candidate {
            if loan.debtor != nil, loan.isOf(futex) { loan.debtor = loan.lender === heir ? nil : heir }
            candidate = loan.next
        }
    }

    /// Gives a thread what its lenders have, and so on with the one that it waits for.
    func settle(_ start: Thread) {
        var debtor = start
        for _ in 0..<LoanList.longestChain {
            var most: UInt8 = 0
            var candidate = first
            while let loan = candidate {
                if loan.priority > most, loan.debtor === debtor { most = loan.priority }
                candidate = loan.next
            }
            CurrentThread.scheduler.lend(most, to: debtor)
            guard let own = loan(of: debtor), let next = own.debtor else { return }
            let priority = CurrentThread.scheduler.priority(of: debtor)
            if own.priority == priority { return }
            own.priority = priority
            debtor = next
        }
    }
}
