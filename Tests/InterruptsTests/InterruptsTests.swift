// SPDX-License-Identifier: Apache-2.0

// What can be said of interrupts without a controller: budgets end, and a host has no lines to connect.

import Interrupts
import Testing

@Suite("Interrupts")
struct InterruptsTests {
    @Test("A budget is spent when nothing is left")
    func budget() {
        var budget = WorkBudget()
        #expect(budget.items == 64 && !budget.isSpent)
        budget.items -= 63
        #expect(!budget.isSpent)
        budget.items -= 2
        #expect(budget.isSpent)
    }

    @Test("A machine without a controller has no lines", arguments: [InterruptLine.wired(4), .message])
    func noLines(_ line: InterruptLine) {
        final class Handler: InterruptHandler {
            func acknowledge() -> InterruptOutcome { .handled }
            func runDeferred(budget: inout WorkBudget) -> Bool { false }
        }
        #expect(throws: InterruptError.noSuchLine) { _ = try Interrupts.connect(line, Handler()) }
    }
}
