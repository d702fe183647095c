// SPDX-License-Identifier: Apache-2.0

// The arithmetic of the figures: what an operation costs, what counts as worse, and how tables are replaced.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("Figures")
struct BenchTests {
    static let counts = """
        MARK 1 insns 10 rep 0 locked 0 cr3 0 invlpg 0 io 0
        MARK 16 insns 1000 rep 0 locked 0 cr3 0 invlpg 0 io 0
        MARK 17 insns 3000 rep 0 locked 0 cr3 0 invlpg 0 io 0
        MARK 18 insns 5000 rep 100 locked 7 cr3 1 invlpg 2 io 3
        MARK 19 insns 15000 rep 1100 locked 107 cr3 1 invlpg 52 io 3
        TOTAL 0 insns 20000 rep 1100 locked 107 cr3 1 invlpg 52 io 3
        """

    @Test("An operation costs what lies between its marks, without the loop")
    func operation() throws {
        let marks = PluginCounts.marks(Self.counts)
        #expect(marks.keys.sorted() == [1, 16, 17, 18, 19])
        let loop = try #require(OperationCost(item: 0, iterations: 1000, loopCost: 0, marks))
        #expect(loop.instructions == 2)
        let cost = try #require(OperationCost(item: 1, iterations: 100, loopCost: loop.instructions, marks))
        #expect(cost.instructions == 108 && cost.locked == 1000 && cost.pageTableWrites == 0)
        #expect(cost.invalidations == 500 && cost.deviceAccesses == 0)
        #expect(OperationCost(item: 2, iterations: 100, loopCost: 0, marks) == nil)
    }

    @Test("Skipped items have no iterations, missing ones are not there")
    func iterations() {
        let found = OperationCost.iterations("BENCH a 100 1.5\nBENCH b SKIP 38\nmicrobench done\n")
        #expect(found["a"] == .some(.some(100)) && found["b"] == .some(.none) && found["c"] == nil)
    }

    @Test("More than 2 % worse and gone are regressions; better and a little worse are not")
    func regressions() {
        let baseline = ResultsFile(figures: ["a": 1000, "b": 1000, "c": 1000, "d": 1000])
        let now = ResultsFile(figures: ["a": 1020, "b": 1021, "c": 500, "e": 1])
        #expect(now.regressions(from: baseline).map(\.key) == ["b", "d"])
    }

    @Test("A figure at its limit or beyond it is missed, one that was not measured is not")
    func limits() {
        let missed = Figure.missed(["gettid": 89, "getppid": 90, "stat": 1_501, "boot_linux": 1, "unknown": 1 << 40])
        #expect(missed.map(\.figure.key) == ["getppid", "stat"] && missed.map(\.value) == [90, 1_501])
    }

    @Test("The file of figures is read back")
    func results() throws {
        let tree = try PlantedTree()
        let results = ResultsFile(figures: ["boot": 12, "size": 3_000_000])
        try tree.write("results.json", results.text)
        #expect(try ResultsFile(tree.root.appending("results.json")) == results)
        #expect(try ResultsFile(tree.root.appending("nothing.json")) == nil)
        try tree.write("results.json", "{}")
        #expect(throws: (any Error).self) { try ResultsFile(tree.root.appending("results.json")) }
    }

    @Test("The table says which goal is reached, and replaces the old one")
    func table() throws {
        let table = PerformanceTable(
            figures: ["gettid": 50, "getppid": 80, "stat": 9_999], counters: ["gettid": [1500, 0, 100, 0]],
            gaps: ["fork": "the kernel does not support it yet"]
        ).markdown
        #expect(table.includes("| **50** | aim |") && table.includes("| **80** | reached |"))
        #expect(
            table.includes("| **9,999** | missed |") && table.includes("| – | the kernel does not support it yet |"))
        #expect(table.includes("| gettid (system call) | 1.5 | 0 | 0.1 | 0 |"))
        let old = "# A\n<!-- figures -->\nold\n<!-- end of figures -->\nrest\n"
        #expect(
            PerformanceTable.replaceTable(in: old, with: "new\n")
                == "# A\n<!-- figures -->\n\nnew\n\n<!-- end of figures -->\nrest\n")
        #expect(PerformanceTable.replaceTable(in: "no marks", with: "") == nil)
    }

    @Test("Every figure has its own name, and every item its own number")
    func figures() {
        let keys = Figure.all.map(\.key)
        #expect(Set(keys).count == keys.count)
        let items = (Figure.operations + Figure.insideOperations).compactMap(\.item?.number)
        #expect(Set(items).count == items.count)
        #expect(
            Figure.all.allSatisfy {
                $0.peers.count == 3 && $0.aimsFor < $0.mustReach
            })
    }

    @Test("What the tool says about a start is understood")
    func boot() {
        let errors =
            "apus: tcg executes\napus: boot took 123456 ticks of the time stamp counter (99 µs)\n"
            + "apus: 812 of 64000 KiB of memory used at the start\n"
        #expect(BootFigures(errors).map { [$0.ticks, $0.usedKibibytes] } == [123456, 812])
        #expect(BootFigures("apus: nothing") == nil)
        #expect(grouped(1_234_567) == "1,234,567" && grouped(12) == "12" && grouped(-1000) == "-1,000")
    }
}
