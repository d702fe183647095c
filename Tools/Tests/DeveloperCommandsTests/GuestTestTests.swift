// SPDX-License-Identifier: Apache-2.0

// The guest tests' own parts: rows are read as written, outputs are compared as the row says, and a difference is seen.

import HostSystem
import Testing

@testable import DeveloperCommands

@Suite("Guest tests")
struct GuestTestTests {
    @Test("A row may ask for memory beside its comparisons")
    func memory() throws {
        let row = try #require(ProgramRow("java,,sorted memory=1G,,java Hello"))
        #expect(row.memory == "1G" && row.comparisons == [.sorted])
        #expect(ProgramRow("java,,memory,,java Hello") == nil)
    }

    @Test("A row is five fields, and the command may have commas")
    func row() throws {
        let row = try #require(ProgramRow("cut,in.txt,sorted numbers,A=1 B=,busybox cut -d, -f1 'a b' \"c'd\""))
        #expect(row.name == "cut" && row.input == "in.txt" && row.comparisons == [.sorted, .numbers])
        #expect(row.environment == ["A=1", "B="] && row.command == ["busybox", "cut", "-d,", "-f1", "a b", "c'd"])
    }

    @Test(
        "Malformed rows are named by their line",
        arguments: ["a,b,c", "a,,odd,,true", "a,,,,'open", ",,,,true", "a,,,,"])
    func malformed(line: String) {
        #expect(ProgramRow.parse("# comment\n\n\(line)\n").badLines == [3])
    }

    @Test("Outputs are made comparable")
    func normalisation() throws {
        func normalized(_ comparisons: String, _ text: String) throws -> String {
            let row = try #require(ProgramRow("x,,\(comparisons),,true"))
            return String(decoding: row.normalized(Array(text.utf8)), as: UTF8.self)
        }
        #expect(try normalized("", "a 12\n") == "a 12\n")
        #expect(try normalized("numbers", "a 12 b3 4\n") == "a # b# #\n")
        #expect(try normalized("sorted", "b\na\n") == "\na\nb")
        #expect(try normalized("spaces", "a   b c") == "a b c")
    }

    @Test("The answers of a case file are compared case by case")
    func verdicts() throws {
        func capture(_ text: String) throws -> CapturedProcess.Capture {
            try CapturedProcess("/usr/bin/printf", ["%s", text]).finish()
        }
        let file = GuestCaseFile(name: "Case", library: .musl, program: "/x")
        let host = try capture("ok one\nok two\nok three\nFAIL four: line 1: x\n3 passed, 1 failed\n")
        let found = file.verdicts(host: host, guest: try capture("ok one\nFAIL two: line 9: a: b\n"))
        #expect(found.map(\.name) == ["Case/one (musl)", "Case/two (musl)", "Case/three (musl)", "Case/four (musl)"])
        #expect(found[0].failure == nil && found[1].failure == "line 9: a: b")
        #expect(found[2].failure?.hasPrefix("no answer") == true && found[3].failure == "on Linux: line 1: x")
        #expect(file.verdicts(host: try capture(""), guest: nil).count == 1)
    }

    @Test("Streams and status of a program are collected apart")
    func capture() throws {
        let shell = ["-c", "read x; echo out $x; echo err >&2; exit 7"]
        let tree = try PlantedTree()
        try tree.write("input", "line\n")
        let capture = try CapturedProcess("/bin/sh", shell, input: tree.root.appending("input")).finish()
        #expect(capture.outputText == "out line\n" && capture.errorText == "err\n" && capture.status == 7)
        #expect(try CapturedProcess("/bin/sh", ["-c", "kill -9 $$"]).finish().status == 137)
    }

    @Test("The first differing line is shown")
    func difference() {
        let text = ProgramComparison.difference("a\nb\n", "a\nc\n")
        #expect(text.includes("line 2") && text.includes("machine: b") && text.includes("Linux:   c"))
    }
}
