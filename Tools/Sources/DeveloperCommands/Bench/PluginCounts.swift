// SPDX-License-Identifier: Apache-2.0

// What Benchmarks/insmark.c counted, and what one operation of Benchmarks/microbench.c costs by that.

/// Counts at a point of a run.
struct PluginCounts: Equatable {
    var instructions = 0
    var repeated = 0
    var locked = 0
    var pageTableWrites = 0
    var invalidations = 0
    var deviceAccesses = 0

    /// The gate: instructions, with repeated ones as the plugin weighs them.
    var cost: Int { instructions + repeated }

    /// Reads "… insns N rep N locked N cr3 N invlpg N io N".
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        func value(_ name: String) -> Int? {
            words.firstIndex(of: Substring(name)).flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
        }
        guard let instructions = value("insns"), let repeated = value("rep"), let locked = value("locked"),
            let writes = value("cr3"), let invalidations = value("invlpg"), let io = value("io")
        else { return nil }
        self.instructions = instructions
        self.repeated = repeated
        self.locked = locked
        pageTableWrites = writes
        self.invalidations = invalidations
        deviceAccesses = io
    }

    /// The counts at each mark, by its number; the last of a number counts.
    static func marks(_ text: String) -> [Int: PluginCounts] {
        var marks: [Int: PluginCounts] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("MARK ") {
            let words = line.split(separator: " ")
            if words.count > 1, let number = Int(words[1]) { marks[number] = PluginCounts(line) }
        }
        return marks
    }
}

/// What one operation costs.
struct OperationCost: Equatable {
    /// Instructions, rounded.
    let instructions: Int
    /// Thousandths of each per operation, since most are few.
    let locked: Int
    let pageTableWrites: Int
    let invalidations: Int
    let deviceAccesses: Int

    /// The cost of an item: between its marks, per iteration, without the loop itself.
    init?(item: Int, iterations: Int, loopCost: Int, _ marks: [Int: PluginCounts]) {
        guard iterations > 0, let start = marks[16 + 2 * item], let end = marks[17 + 2 * item] else { return nil }
        instructions = (end.cost - start.cost + iterations / 2) / iterations - loopCost
        func thousandths(_ path: KeyPath<PluginCounts, Int>) -> Int {
            (end[keyPath: path] - start[keyPath: path]) * 1000 / iterations
        }
        locked = thousandths(\.locked)
        pageTableWrites = thousandths(\.pageTableWrites)
        invalidations = thousandths(\.invalidations)
        deviceAccesses = thousandths(\.deviceAccesses)
    }

    /// The numbers of iterations that microbench printed, by item; nil for one that was skipped.
    static func iterations(_ output: String) -> [String: Int?] {
        var found: [String: Int?] = [:]
        for line in output.split(separator: "\n") where line.hasPrefix("BENCH ") {
            let words = line.split(separator: " ")
            if words.count == 4 { found[String(words[1])] = .some(Int(words[2])) }
        }
        return found
    }
}
