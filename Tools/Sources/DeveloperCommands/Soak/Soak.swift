// SPDX-License-Identifier: Apache-2.0

// dev soak: what takes too long for `make test`: many boots on both machine models, each with other random places.

internal import ArgumentParser
internal import HostSystem
internal import ImageBuilder

struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Boots many times, on both machine models and with little memory.")

    @Option(help: "Boots of each kind.")
    var boots = 100

    func run() throws {
        let checkout = try SourceTree.find()
        let runner = try GuestRunner(checkout)
        let builder = try GuestBuilder(root: checkout.root)
        let hello = try builder.build(builder.sources.appending("Programs/hello.c"), .musl)
        var count = TestCount()
        for options in [["--machine", "microvm"], ["--machine", "q35"], ["-M", "16M"]] {
            let name = options.joined(separator: " ")
            try inParallel(Array(1...max(1, boots)), GuestRunner.parallelism) { _ in
                try runner.start([hello.description], options: options)
            } finish: { number, run in
                let capture = try run.finish()
                let isRight = capture.status == 0 && capture.outputText == "hello, unikernel 1\n"
                count.record(
                    "boot \(number), \(name)", isRight ? nil : "status \(capture.status): \(capture.errorText)")
            }
        }
        say(count.line)
        if count.failed > 0 { throw ExitCode(1) }
    }
}
