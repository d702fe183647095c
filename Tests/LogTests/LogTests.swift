// SPDX-License-Identifier: Apache-2.0

// What Log promises: numbers as written, lines that never overflow, levels that hide, and crash reports that reach the
// log and one listener, once.

import Log
import Processor
import TestSupport
import Testing

@Suite("LineBuffer")
struct LineBufferTests {
    private func text(_ build: (inout LineBuffer) -> Void) -> String {
        var line = LineBuffer()
        build(&line)
        let span = line.span
        return String(decoding: span.byteOffsets.map { span.unsafeByte($0) }, as: UTF8.self)
    }

    @Test("Numbers are written in decimal and hexadecimal")
    func numbers() {
        #expect(text { $0.append(decimal: UInt64.max) } == "18446744073709551615")
        #expect(text { $0.append(decimal: Int.min) } == "-9223372036854775808")
        #expect(text { $0.append(decimal: UInt64(0)) } == "0")
        #expect(text { $0.append(hexadecimal: 0) } == "0x0")
        #expect(text { $0.append(hexadecimal: 0xdead) } == "0xdead")
        #expect(text { $0.append(hexadecimal: .max) } == "0xffffffffffffffff")
        #expect(text { $0.append(hexadecimal: 0x1f, digits: 4) } == "0x001f")
    }

    @Test("A full line takes nothing more, and can be used again")
    func overflow() {
        let long = text { line in for _ in 0..<1000 { line.append("0123456789") } }
        #expect(long.utf8.count == 240)
        #expect(
            text { line in
                for _ in 0..<300 { line.append(0x61) }; line.clear(); line.append("b")
            } == "b")
    }
}

extension RawSpan {
    fileprivate func unsafeByte(_ offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}

@Suite("Log", .serialized)
struct LogTests {
    /// Lines as they come.
    private final class Lines: LogSink, CrashListener, @unchecked Sendable {
        var text = ""
        var ends = 0
        private func add(_ bytes: RawSpan) {
            for offset in bytes.byteOffsets { text.unicodeScalars.append(Unicode.Scalar(bytes.unsafeByte(offset))) }
        }
        func write(_ bytes: RawSpan) { add(bytes) }
        func addToCrashReport(_ line: RawSpan) { add(line) }
        func crashReportEnded() { ends += 1 }
    }

    @Test("Levels hide what is below them, and values stand where they belong")
    func levels() {
        let sink = Lines()
        Log.use(sink)
        Log.level = .warning
        #expect(Log.shows(.fatal) && Log.shows(.warning) && !Log.shows(.information))
        Log.write(.information, "net", "not shown")
        Log.write(.warning, "net", "queue ", .decimal(7), " of ", .hexadecimal(16))
        Log.write(.fatal, "net", "gone: ", .text("EIO"))
        #expect(sink.text == "net: queue 7 of 0x10\nnet: gone: EIO\n")
    }

    @Test("A crash report has cause, place, registers and calls, and goes to one listener once")
    func crash() {
        let sink = Lines()
        let listener = Lines()
        Log.use(sink)
        Log.copyCrashes(to: listener)
        var report = CrashReport(cause: "page fault: load")
        report.vector = 14
        report.address = 0xdead_beef
        report.place = 0x1234
        report.registers[0] = 0x77
        report.backtrace[0] = 0x5678
        let names = InlineArray<18, StaticString>(repeating: "reg")
        Log.crash(report, registerNames: names)
        #expect(sink.text.hasPrefix("apus: kernel crash: page fault: load\n  at image+0x1234 vector 14"))
        #expect(sink.text.contains("address 0xdeadbeef") && sink.text.contains("reg=0x0000000000000077"))
        #expect(sink.text.hasSuffix("  called from image+0x5678\n"))
        #expect(listener.text == sink.text && listener.ends == 1)
        // A crash of the listener itself: only the log hears of it.
        Log.crash(report, registerNames: names)
        #expect(listener.ends == 1)
    }
}
