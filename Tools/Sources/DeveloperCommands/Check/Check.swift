// SPDX-License-Identifier: Apache-2.0

// dev check: the shape of the sources and of the images that are built from them.

internal import ArgumentParser
internal import Glibc
internal import HostSystem
internal import ImageBuilder

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Holds sources and images to the project's rules.",
        discussion: """
            Without names, all checks run. Each finding says what is wrong and where, why it is, and what to do. The \
            exceptions that a check allows are printed with their reasons.
            """)

    @Flag(help: "List the checks and end.")
    var list = false

    @Flag(help: "Only the sources: build no image.")
    var sources = false

    @Argument(help: "The checks to run.")
    var names: [String] = []

    func validate() throws {
        let known = SourceCheck.all.map(\.name) + ImageCheck.all.map(\.name)
        for name in names where !known.contains(name) {
            throw ValidationError("there is no check \"\(name)\"; there are: \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        if list {
            for check in SourceCheck.all { say("\(check.name.padded(to: 14))\(check.summary)") }
            for check in ImageCheck.all { say("\(check.name.padded(to: 14))\(check.summary)") }
            return
        }
        let checkout = try SourceTree.find()
        var counts = (passed: 0, failed: 0)
        func report(_ name: String, _ summary: String, _ findings: [Finding], _ exceptions: [Exception]) {
            say("\(findings.isEmpty ? "ok  " : "FAIL") \(name.padded(to: 14))\(summary)")
            for exception in exceptions { say("     except \(exception.place): \(exception.reason)") }
            for finding in findings { say("  \(finding.description)") }
            if findings.isEmpty { counts.passed += 1 } else { counts.failed += 1 }
        }
        let chosen = SourceCheck.all.filter { names.isEmpty || names.contains($0.name) }
        if !chosen.isEmpty {
            let tree = try CheckedTree(root: checkout.root)
            for check in chosen { report(check.name, check.summary, try check.findings(tree), check.exceptions) }
        }
        let imageChecks = ImageCheck.all.filter { names.isEmpty ? !sources : names.contains($0.name) }
        if !imageChecks.isEmpty {
            for image in try InspectedImage.builtImages(of: checkout) {
                for check in imageChecks {
                    report(check.name, "\(image.name): \(check.summary)", check.findings(image), check.exceptions)
                }
            }
        }
        say("\(counts.passed) checks passed, \(counts.failed) failed")
        if counts.failed > 0 { throw ExitCode(1) }
    }
}
