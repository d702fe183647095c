// SPDX-License-Identifier: Apache-2.0

// What a native application says and hears by the serial channel: bytes both ways, statuses, signals, and a reader that
// goes away. The applications are one image, Tests/NativeImage; the first word chooses.

internal import Glibc
internal import HostSystem
internal import ImageBuilder

/// The tests of native images.
struct NativeTests {
    let runner: GuestRunner
    let checkout: SourceTree

    /// One run.
    private struct Row {
        let name: String
        let words: [String]
        var input: [UInt8] = []
        var output: [UInt8] = []
        var errors: [UInt8]?
        var status: Int32 = 0
        var machine = "microvm"
        var processors = 1
        /// The package below Tests; the trait of its kernel is in its manifest.
        var package = "NativeImage"
        /// A shell's end of a pipeline that takes the output.
        var reader: String?
    }

    private static let megabyte: [UInt8] = {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        return (0..<(1 << 20)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()

    private var rows: [Row] {
        let dots = [UInt8](repeating: UInt8(ascii: "."), count: 50_000)
        let line = Array("a line of a program that never stops\n".utf8)
        return [
            Row(name: "a byte", words: ["copy"], input: [0x78], output: [0x78]),
            Row(name: "no input", words: ["copy"]),
            Row(name: "a megabyte", words: ["copy"], input: Self.megabyte, output: Self.megabyte),
            Row(name: "a megabyte (q35)", words: ["copy"], input: Self.megabyte, output: Self.megabyte, machine: "q35"),
            Row(name: "a megabyte of errors", words: ["errors"], input: Self.megabyte, errors: Self.megabyte),
            Row(
                name: "both streams", words: ["both"], output: Array("begun".utf8) + dots + Array("ended\n".utf8),
                errors: dots),
            Row(name: "status 0", words: ["x"]),
            Row(name: "status 65", words: ["x", "A"], status: 65),
            Row(name: "status 255", words: ["x", "\u{ff}"], status: 255),
            Row(
                name: "cooperative threads", words: [],
                output: Array(
                    """
                    yields: abcabcabc
                    nobody is interrupted: abc
                    deadlines: bca
                    hands over: 100 times

                    """.utf8), package: "NativeTurns"),
            Row(name: "the reader goes", words: ["print"], output: line, status: 141, reader: "head -n 1"),
        ]
            + [1, 2].map { processors in
                let said = """
                    mutex: 4000
                    conditions: 62250, 0 left
                    semaphore: never too many
                    event: seen by all
                    read-write lock: 300, torn 0
                    deadline: ended in time
                    CPUs: \(processors), met 50 times

                    """
                return Row(
                    name: "threads, CPUs \(processors)", words: [], output: Array(said.utf8), processors: processors,
                    package: "NativeThreads")
            }
    }

    /// Runs all of them.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let package = checkout.root.appending("Tests/NativeImage")
        let rows = rows.filter { isChosen("native/" + $0.name) }
        let signals = [SIGINT, SIGTERM].flatMap { number in
            ["waiting", "sleeping"].map { (name: "signal \(number) while \($0)", number: number, word: $0) }
        }.filter { isChosen("native/" + $0.name) }
        if rows.isEmpty && signals.isEmpty { return }
        let scratch = try ScratchFolder()
        for row in rows { count.record("native/" + row.name, try verdict(row, scratch.path)) }
        for signal in signals {
            count.record(
                "native/" + signal.name, try verdict(signal: signal.number, signal.word, package, scratch.path))
        }
    }

    private func verdict(_ row: Row, _ scratch: FilePath) throws -> String? {
        let input = scratch.appending("input")
        try HostFile.writeAtomically(input) { try $0.write(row.input) }
        let process = try runner.startPackage(
            checkout.root.appending("Tests").appending(FilePath(row.package)),
            options: ["--machine", row.machine, "-c", "\(row.processors)"], words: row.words, input: input,
            reader: row.reader)
        let capture = try process.finish()
        guard capture.status == row.status else {
            return "status \(capture.status), not \(row.status)\n    " + capture.errorText
        }
        guard capture.output == row.output else { return "\(capture.output.count) bytes of output differ" }
        if let errors = row.errors, capture.errors != errors { return "\(capture.errors.count) bytes of errors differ" }
        return nil
    }

    /// The signal is sent once the application has said that it runs; it ends by it.
    private func verdict(
        signal number: Int32, _ word: String, _ package: FilePath, _ scratch: FilePath
    ) throws -> String? {
        // The shell knows the tool's process; it waits for the first line before it sends.
        let script = """
            set -m; out=$1; number=$2; shift 2
            : >"$out"; "$@" >"$out" & tool=$!
            while [ ! -s "$out" ] && kill -0 $tool 2>/dev/null; do sleep 0.05; done
            kill -$number $tool; wait $tool
            """
        let capture = try runner.startPackage(
            package, options: [], words: [word],
            shell: ["-c", script, "sh", scratch.appending("said").description, "\(number)"]
        ).finish()
        return capture.status == 128 + number ? nil : "status \(capture.status)\n    " + capture.errorText
    }
}
