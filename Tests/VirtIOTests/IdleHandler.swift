// SPDX-License-Identifier: Apache-2.0
//
// An interrupt handler that does nothing, for tests that look at how interrupts are connected.
// It answers that no interrupt is its own.

import Interrupts

final class IdleHandler: InterruptHandler {
    func acknowledge() -> InterruptOutcome { .notMine }
    func runDeferred(budget: inout WorkBudget) -> Bool { false }
}
