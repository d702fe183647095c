// SPDX-License-Identifier: Apache-2.0

// What a session promises, with a shell in place of the VMM that speaks on the descriptors a VMM gets: bytes are equal both
// ways, ends come where they are, statuses come back, and nobody waits for ever.

import BootProtocols
import ByteCodec
import HostSystem
import Testing

@testable import Machines

@Suite("MachineSession", .serialized)
struct MachineSessionTests {
    /// Runs a shell script as the VMM; descriptor 3 is control, 4 input, 5 output, 6 error, 7 log.
    func run(
        _ script: String, input: [UInt8] = [], _ change: (inout MachineSessionOptions) -> Void = { _ in }
    ) throws -> (outcome: MachineOutcome, output: [UInt8], error: [UInt8]) {
        let inputFile = try Descriptor.memory(name: "input")
        try inputFile.write(input)
        try inputFile.seek(to: 0)
        let output = try Descriptor.memory(name: "output")
        let error = try Descriptor.memory(name: "error")
        var options = MachineSessionOptions()
        options.input = inputFile.number
        options.output = output.number
        options.error = error.number
        options.lingering = 0.2
        change(&options)
        let session = try MachineSession("/bin/sh", ["-c", script], archive: nil, options: options)
        let outcome = try session.run()
        try output.seek(to: 0)
        try error.seek(to: 0)
        return (outcome, try output.read(count: 1 << 22), try error.read(count: 1 << 22))
    }

    /// A shell word that prints a message on the control channel.
    func say(_ message: GuestMessage) -> String { send(message.frame) }

    /// A shell word that prints a piece of a stream on the control channel.
    func send(_ type: GuestFrameType, _ text: String) -> String {
        send(ControlFrame(type: type.rawValue, payload: Array(text.utf8)))
    }

    private func send(_ frame: ControlFrame) -> String {
        var bytes: [UInt8] = []
        frame.encode(to: &bytes)
        return "printf '" + bytes.map { "\\" + String($0, radix: 8) }.joined() + "' >&3"
    }

    @Test("A megabyte of random bytes passes unchanged in both directions")
    func throughput() throws {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<(1 << 20)).map { _ in UInt8.random(in: 0...255, using: &random) }
        let result = try run("head -c 1048576 <&4 >&5; \(say(.exit(.exited(status: 0))))", input: bytes)
        #expect(result.output == bytes)
        #expect(result.outcome.exitStatus == 0)
    }

    @Test("Input's end is told with the number of bytes that came before it")
    func inputEnd() throws {
        // Eight bytes of header, eight of payload: the total.
        let result = try run("head -c 5 <&4 >&5; head -c 16 <&3 >&5", input: Array("12345".utf8))
        var expected = Array("12345".utf8)
        HostMessage.inputEnd(totalByteCount: 5).frame.encode(to: &expected)
        #expect(result.output == expected)
    }

    @Test("Output and error stay apart, the log joins error by lines")
    func streams() throws {
        let result = try run("echo out >&5; printf 'one\\r\\ntw' >&7; echo err >&6; echo o >&7; printf end >&7")
        #expect(result.output == Array("out\n".utf8))
        let lines = String(decoding: result.error, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.sorted() == ["", "end", "err", "one", "two"])
        #expect(result.outcome.hasLog)
    }

    @Test("Where output and error are one file, lines of a serial channel keep their order")
    func oneFile() throws {
        let words = (1...9).map {
            send(.standardOutput, "out\($0)\n") + ";" + send(.standardError, "error\($0)\n")
        }
        let result = try run(words.joined(separator: ";")) {
            $0.channel = .serial
            $0.isOneFile = true
        }
        let expected = (1...9).map { "out\($0)\nerror\($0)\n" }.joined()
        #expect(String(decoding: result.output, as: UTF8.self) == expected && result.error.isEmpty)
    }

    @Test("All statuses and deaths by signal become exit statuses", arguments: [0, 1, 63, 64, 127, 255] as [UInt8])
    func statuses(status: UInt8) throws {
        #expect(try run(say(.exit(.exited(status: status)))).outcome.exitStatus == Int32(status))
        let number = 1 + status % 64
        let end = ProgramEnd.signaled(number: number, dumpedCore: false)
        #expect(try run(say(.exit(end))).outcome.exitStatus == 128 + Int32(number))
    }

    @Test("A VMM that ends without a word is a failure with what it said")
    func silentEnd() throws {
        let outcome = try run("echo cannot do it >&2; exit 1").outcome
        #expect(outcome.exitStatus == 70)
        #expect(outcome.vmmEnd == .exited(1))
        #expect(outcome.vmmOutput == Array("cannot do it\n".utf8))
    }

    @Test("A crash report ends in the status for broken software")
    func panicReport() throws {
        let outcome = try run(say(.panic(report: Array("trap".utf8)))).outcome
        #expect(outcome.panicReport == Array("trap".utf8))
        #expect(outcome.exitStatus == 70)
    }

    @Test("Ctrl-] t, q and ? are the tool's, Ctrl-] twice is one for the program, also when they come apart")
    func escapeKeys() {
        var keys = EscapeKeys()
        let first = keys.take(Array("a\u{1d}tb\u{1d}".utf8))
        #expect(first.bytes == Array("ab".utf8))
        #expect(first.wishes == [.showThreads])
        let second = keys.take(Array("\u{1d}c\u{1d}q\u{1d}?\u{03}".utf8))
        #expect(second.bytes == Array("\u{1d}c\u{03}".utf8))
        #expect(second.wishes == [.end, .help])
    }

    @Test("The time limit asks first, then kills, and is status 124")
    func timeout() throws {
        let polite = try run("head -c 8 <&3 >&5") {
            $0.timeout = 0.1
            $0.hasInput = true
            $0.input = -1
        }
        var stop: [UInt8] = []
        HostMessage.stop.frame.encode(to: &stop)
        #expect(polite.output == stop)
        #expect(polite.outcome.exitStatus == 124)
        let stubborn = try run("kill -STOP $$") { $0.timeout = 0.1 }
        #expect(stubborn.outcome.vmmEnd == .signaled(9))
        #expect(stubborn.outcome.exitStatus == 124)
    }

    @Test("A machine that does not power off after its program's end is ended")
    func lingering() throws {
        let outcome = try run(say(.exit(.exited(status: 3))) + "; kill -STOP $$").outcome
        #expect(outcome.intervention == .lingering)
        #expect(outcome.exitStatus == 3)
    }

    @Test("Nonsense on the control channel ends the machine with an explanation")
    func nonsense() throws {
        let outcome = try run("printf 'GET / HTTP/1.0\\r\\n' >&3; kill -STOP $$").outcome
        #expect(outcome.intervention == .protocolError(.badHeader(type: 0x4547)))
        #expect(outcome.exitStatus == 70)
    }

    @Test("When the reader goes away, the port is closed for the guest")
    func brokenPipe() throws {
        var pipe: (reading: Descriptor?, writing: Descriptor) = try Descriptor.pipe()
        let writing = pipe.writing.number
        pipe.reading = nil
        let result = try run("trap '' PIPE; while echo x >&5; do :; done 2>/dev/null; echo closed >&6") {
            $0.output = writing
            $0.hasInput = true
            $0.input = -1
        }
        withExtendedLifetime(pipe.writing) {}
        #expect(result.error == Array("closed\n".utf8))
    }

    @Test("Outputs arrive piece by piece, and a failure to take them is the session's failure")
    func outputs() throws {
        final class Collector: @unchecked Sendable { var pieces: [[UInt8]] = [] }
        let collector = Collector()
        let script = [
            say(.output(archive: [1, 2])), say(.output(archive: [])), say(.exit(.exited(status: 0))),
        ].joined(separator: ";")
        _ = try run(script) { $0.receiveOutput = { collector.pieces.append($0) } }
        #expect(collector.pieces == [[1, 2], []])
        #expect(throws: SystemCallError.self) {
            try run(script) { $0.receiveOutput = { _ in throw SystemCallError("write", number: 28) } }
        }
    }

    @Test("A VMM that does not exist is an error that says so")
    func missingVMM() {
        #expect(throws: ToolError.self) {
            try MachineSession("/nonexistent", [], archive: nil, options: MachineSessionOptions())
        }
    }
}
