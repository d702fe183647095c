// SPDX-License-Identifier: Apache-2.0

// dev demo: Debian's own programs and the native hello as unikernels, with what a start costs.

internal import ArgumentParser
internal import Glibc
internal import HostSystem
internal import ImageBuilder

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a few programs as unikernels and shows what they cost.")

    /// What is shown: the command, and the input that it gets.
    private static let commands: [(input: String, command: [String])] = [
        ("", ["busybox", "echo", "Hello from a unikernel"]),
        ("", ["busybox", "uname", "-srm"]),
        ("b\na\n", ["busybox", "sort"]),
        ("swift 120\nfalcon 390\n", ["busybox", "awk", "{ n += $2 } END { print n }"]),
        ("Apus apus\n", ["busybox", "sha256sum"]),
        ("", ["busybox", "ls", "-l", "/"]),
        ("", ["sqlite3", ":memory:", "select 6 * 7, sqlite_version();"]),
        ("", ["/usr/bin/python3", "-c", "import json, sys; print(json.dumps({\"ok\": sys.version_info[0]}))"]),
    ]

    func run() throws {
        let checkout = try SourceTree.find()
        let runner = try GuestRunner(checkout)
        let native = checkout.root.appending("Examples/hello")
        let nativeImage =
            HostFile.exists(native.appending("Package.swift"))
            ? try KernelImageBuilder(checkout) { Terminal.printError("dev: \($0)") }
                .applicationImage(try ApplicationPackage(native), .build).path : nil
        let scratch = try ScratchFolder()
        let input = scratch.path.appending("input")
        var failures = 0
        for (text, command) in Self.commands {
            try HostFile.writeAtomically(input) { try $0.write(Array(text.utf8)) }
            let pipe = text.isEmpty ? "" : "printf '\(text.split(separator: "\n").joined(separator: "\\n"))\\n' | "
            say("$ \(pipe)./apus run -- \(command.map(Self.quoted).joined(separator: " "))")
            if try !show({ try runner.start(command, options: $0, input: input) }, ["--accel", "auto", "--verbose"]) {
                failures += 1
            }
        }
        if nativeImage != nil {
            say("$ ./apus run Examples/hello")
            if try !show({ try runner.startPackage(native, options: $0) }, ["--accel", "auto", "--verbose"]) {
                failures += 1
            }
        }
        say("What a start costs (kernel entry to the program's first instruction, counted by QEMU's -icount):")
        let image = try HostFile.status(runner.kernelImage).size
        failures += try costs("busybox", image) { try runner.start(["busybox", "true"], options: $0) }
        if let nativeImage {
            let size = try HostFile.status(nativeImage).size
            failures += try costs("native hello", size) { try runner.startPackage(native, options: $0) }
        }
        guard failures == 0 else {
            throw ToolError(.software, "\(failures) parts of the demo failed", why: "see above")
        }
    }

    /// Runs a command, prints its output and how long it took; false if it failed.
    private func show(_ start: ([String]) throws -> CapturedProcess, _ options: [String]) throws -> Bool {
        let before = Self.milliseconds()
        let capture = try start(options).finish()
        let took = Self.milliseconds() - before
        say(capture.outputText + "  → status \(capture.status), \(took) ms with QEMU's start\n")
        if capture.status != 0 { say(capture.errorText) }
        return capture.status == 0
    }

    private func costs(_ name: String, _ image: UInt64, _ start: ([String]) throws -> CapturedProcess) throws -> Int {
        let counted = try start(BootFigures.countingOptions + ["--verbose"]).finish()
        let timed = try start(["--accel", "auto", "--verbose"]).finish()
        guard let figures = BootFigures(counted.errorText) else {
            say("  \(name): not measured\n\(counted.errorText)")
            return 1
        }
        let microseconds = timed.errorText.after("time stamp counter (")?.before(" µs").description ?? "?"
        let milliseconds = Int(microseconds).map { "\($0 / 1000).\($0 % 1000 / 100)" } ?? "?"
        say(
            "  \(name.padded(to: 14))\(grouped(figures.ticks)) instructions, \(milliseconds) ms, "
                + "\(grouped(figures.usedKibibytes)) KiB of memory in use, image \(grouped(Int(image))) bytes")
        return 0
    }

    private static func milliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private static func quoted(_ word: String) -> String {
        word.includes(" ") || word.includes("$") ? "'\(word)'" : word
    }
}
