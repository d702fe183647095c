// SPDX-License-Identifier: Apache-2.0

// How many instructions each guest case may take, in Tests/Guest/budgets.csv: twice what it took when the budget was
// recorded, with either library. The machines of cases count instructions (QEMU's -icount), so a budget that is passed
// means that something has become slower, and not that the host was busy.

internal import HostSystem

/// The budgets of the guest cases.
struct CaseBudgets {
    /// What makes a machine's time stamp counter count instructions.
    static let machineOptions = ["--qemu-arg", "-icount", "--qemu-arg", "shift=0,sleep=off"]
    /// How many times the recorded cost a case may cost.
    static let margin: UInt64 = 2

    private static let heading =
        "# Instructions that a case may take, library included; made by: dev test --record-budgets"
    private var budgets: [String: UInt64] = [:]
    private var measured: [String: UInt64] = [:]

    /// Reads a table: lines "file/case,instructions".
    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: ",")
            if fields.count == 2, let budget = UInt64(fields[1]) { budgets[String(fields[0])] = budget }
        }
    }

    /// Takes a cost in, and says what is wrong with it: nil if it is within its budget.
    mutating func judge(_ name: String, _ cost: UInt64) -> String? {
        measured[name] = max(measured[name] ?? 0, cost)
        guard let budget = budgets[name] else { return "it has no budget; record one: dev test --record-budgets" }
        return cost <= budget ? nil : "\(cost) instructions, and its budget is \(budget)"
    }

    /// The table with new budgets for what was measured; the others stay.
    var recorded: String {
        let new = budgets.merging(measured.mapValues { Self.budget(for: $0) }) { _, new in new }
        return ([Self.heading] + new.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)" }).joined(separator: "\n")
            + "\n"
    }

    /// Two digits that count, so that a new recording changes few lines.
    static func budget(for cost: UInt64) -> UInt64 {
        var unit: UInt64 = 1
        while cost * margin / unit >= 100 { unit *= 10 }
        return (cost * margin / unit + 1) * unit
    }
}
