// SPDX-License-Identifier: Apache-2.0

// The parts of the harmful tests that decide: budgets that are passed, machines that crashed, hung or said nothing.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("Harm and budgets")
struct HarmTestTests {
    private func capture(_ status: Int32, _ errors: String) -> CapturedProcess.Capture {
        CapturedProcess.Capture(end: .exited(status), output: [], errors: Array(errors.utf8))
    }

    @Test("A machine may end with a message or with its program, and in no other way")
    func verdicts() {
        for (status, errors) in [(0, ""), (65, "apus: damaged"), (126, "apus: ENOEXEC"), (139, "killed")] {
            #expect(DamagedBoots.verdict(capture(Int32(status), errors)) == nil)
        }
        for (status, errors) in [
            (70, "apus: kernel crash: page fault"), (124, "stopped"), (65, ""), (70, ""), (69, "no QEMU"), (250, "?"),
        ] { #expect(DamagedBoots.verdict(capture(Int32(status), errors)) != nil, "\(status) \(errors)") }
    }

    @Test("Samples of damage differ from the whole archive and repeat with their seed")
    func samples() {
        let boots = DamagedBoots(program: [UInt8](repeating: 0x7f, count: 10_000))
        let samples = boots.samples(seed: 5, rounds: 3)
        #expect(samples.map(\.archive) == boots.samples(seed: 5, rounds: 3).map(\.archive))
        #expect(samples.map(\.archive) != boots.samples(seed: 6, rounds: 3).map(\.archive))
        #expect(samples.filter { $0.archive == boots.undamaged.archive }.count <= 1)
        #expect(Set(samples.map(\.name)).count == samples.count)
    }

    @Test("A budget is twice what was measured, rounded up; above it, and without one, a case fails")
    func budgets() {
        #expect(CaseBudgets.budget(for: 10) == 21 && CaseBudgets.budget(for: 123_456) == 250_000)
        var budgets = CaseBudgets("# comment\nFiles/a,100\n")
        #expect(budgets.judge("Files/a", 100) == nil && budgets.judge("Files/a", 90) == nil)
        #expect(budgets.judge("Files/a", 101)?.includes("101") == true)
        #expect(budgets.judge("Files/b", 1)?.includes("no budget") == true)
        #expect(budgets.recorded.hasSuffix("\nFiles/a,210\nFiles/b,3\n"))
        var again = CaseBudgets(budgets.recorded)
        #expect(again.judge("Files/a", 210) == nil && again.judge("Files/b", 4) != nil)
    }

    @Test("Costs are read from what a case file prints")
    func costs() {
        let costs = GuestCaseFile.costs("ok a\ncost a 12\nFAIL b: why\ncost c x\nrounds a 3\n1 passed, 1 failed\n")
        #expect(costs.map(\.name) == ["a"] && costs.map(\.cost) == [12])
    }
}
