// SPDX-License-Identifier: Apache-2.0

// Standard output and standard error behind "> log 2>&1": the log has their lines in the order in which the program wrote
// them, on the host and from a machine.

internal import HostSystem

/// Runs a program whose two streams are one file.
struct OrderTests {
    let runner: GuestRunner
    /// Tests/Guest/Programs/order.c.
    let program: FilePath

    /// On both kinds of machine, and on two CPUs.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let expected = try CapturedProcess("/bin/sh", Self.together([program.description])).finish()
        for options in [[], ["-c", "2"], ["--machine", "q35"]] {
            let name = (["order of streams"] + options).joined(separator: " ")
            guard isChosen(name) else { continue }
            let capture = try runner.start([program.description], options: options, through: Self.together).finish()
            let isSame = capture.output == expected.output && !expected.output.isEmpty
            count.record(
                name,
                isSame && capture.status == 0
                    ? nil
                    : "status \(capture.status), and the log"
                        + ProgramComparison.difference(capture.outputText, expected.outputText))
        }
    }

    /// The words of a shell that runs a command with both streams in one.
    private static func together(_ command: [String]) -> [String] { ["-c", "exec \"$@\" 2>&1", "sh"] + command }
}
