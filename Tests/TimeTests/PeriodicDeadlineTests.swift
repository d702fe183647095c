// SPDX-License-Identifier: Apache-2.0
//
// Periodic deadlines: what has passed is computed, whatever the period.

import Testing
import Time

@Suite struct PeriodicDeadlineTests {
    @Test("a single shot is due once and over then")
    func singleShot() {
        var deadline = PeriodicDeadline(next: 100, period: 0)
        #expect(deadline.pass(99) == 0 && deadline.remaining(at: 99) == 1)
        #expect(deadline.pass(100) == 1 && !deadline.isArmed)
        #expect(deadline.pass(1000) == 0 && deadline.remaining(at: 1000) == 0)
    }

    @Test(
        "a period counts what passed and stays in step",
        arguments: [(100, 1, 110), (109, 1, 110), (110, 2, 120), (1000, 91, 1010)] as [(UInt64, UInt64, UInt64)])
    func period(_ now: UInt64, _ count: UInt64, _ next: UInt64) {
        var deadline = PeriodicDeadline(next: 100, period: 10)
        #expect(deadline.pass(now) == count)
        #expect(deadline.next == next)
        #expect(deadline.remaining(at: now) == next - now)
    }

    @Test("what is too far away to count is never due")
    func overflow() {
        var deadline = PeriodicDeadline(next: .max - 1, period: .max)
        #expect(deadline.pass(.max - 1) == 1)
        #expect(deadline.next == .max)
    }

    @Test("a deadline that has passed unasked is told by what is left of its period")
    func remaining() {
        let deadline = PeriodicDeadline(next: 100, period: 10)
        #expect(deadline.remaining(at: 103) == 7)
        #expect(PeriodicDeadline(next: 100, period: 0).remaining(at: 103) == 1)
        #expect(PeriodicDeadline.none.remaining(at: 5) == 0)
    }
}
