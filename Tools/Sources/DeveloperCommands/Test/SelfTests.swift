// SPDX-License-Identifier: Apache-2.0

// Faults that a checked image commits on purpose (apus.selftest): each row says what the log must have of it. The checks
// that never found anything could as well not be there.

internal import HostSystem

/// The kernel's faults on purpose.
struct SelfTests {
    /// One fault.
    private struct Row {
        let name: String
        /// What the log must say.
        let words: [String]
        /// Whether the machine goes on.
        var survives = false
        /// The program beside it: for faults that take their time, one that keeps the first CPU busy.
        var command = ["/usr/bin/busybox", "true"]
    }

    private static let rows = [
        Row(name: "lock-order", words: ["taken against the order", "lockOrder"]),
        Row(name: "sleeping-lock", words: ["may sleep here", "sleepUnderSpinlock"]),
        Row(name: "freed-block", words: ["a block was written after it was given back", "hold 0x1234"]),
        Row(name: "freed-frame", words: ["a frame was written after it was given back", "hold 0x1234"]),
        Row(name: "stuck-cpu", words: ["cpu 1 takes no interrupts", "SelfTest"], survives: true, command: busy(12)),
        Row(name: "stuck-lock", words: ["waits for the spinlock", "SelfTest"], survives: true, command: busy(3)),
    ]

    /// A program that runs for some seconds.
    private static func busy(_ seconds: Int) -> [String] {
        [
            "/usr/bin/busybox", "sh", "-c",
            "read s r </proc/uptime; s=${s%.*}; n=$s; "
                + "while [ $((n-s)) -lt \(seconds) ]; do read n r </proc/uptime; n=${n%.*}; done",
        ]
    }

    /// What they are called.
    static var names: [String] { rows.map { "selftest/" + $0.name } }

    let runner: GuestRunner

    /// Commits them one after the other.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        for row in Self.rows where isChosen("selftest/" + row.name) {
            let process = try runner.start(
                row.command, options: ["-c", "2", "--kernel-arg", "apus.selftest=\(row.name)"])
            let capture = try process.finish()
            count.record("selftest/" + row.name, verdict(row, capture))
        }
    }

    private func verdict(_ row: Row, _ capture: CapturedProcess.Capture) -> String? {
        let said = "\n    " + capture.errorText.split(separator: "\n").joined(separator: "\n    ")
        for word in row.words where !capture.errorText.includes(word) { return "does not say \"\(word)\"" + said }
        if row.survives { return capture.status == 0 ? nil : "status \(capture.status)" + said }
        return capture.status == 70 ? nil : "status \(capture.status), not 70" + said
    }
}
