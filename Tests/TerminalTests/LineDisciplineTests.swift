// SPDX-License-Identifier: Apache-2.0
//
// The line discipline against termios(3) and Linux's behaviour.

import LinuxABI
import Testing

@testable import Terminal

@Suite struct LineDisciplineCanonicalTests {
    private let tty: DisciplineBox
    init() throws { tty = try DisciplineBox() }

    @Test("a line can be read when it has ended")
    func line() {
        tty.type("ab")
        #expect(tty.read() == nil)
        #expect(tty.type("c\r").hasInput)
        #expect(tty.readableCount == 4)
        #expect(tty.read() == "abc\n")
        #expect(tty.read() == nil)
        #expect(tty.screen() == "abc\r\n")
    }

    @Test("one read gives one line, in pieces if the buffer is short")
    func pieces() {
        tty.type("first\nsecond\n")
        #expect(tty.read(3) == "fir")
        #expect(tty.read(3) == "st\n")
        #expect(tty.read() == "second\n")
    }

    @Test("end of file alone is an empty read, after text a short one")
    func endOfFile() {
        tty.type("\u{4}")
        #expect(tty.read() == "")
        #expect(tty.read() == nil)
        tty.type("abc\u{4}")
        #expect(tty.readableCount == 3)
        #expect(tty.read() == "abc")
        #expect(tty.read() == nil)
        tty.type("abc\u{4}")
        #expect(tty.read(3) == "abc")
        #expect(tty.read() == nil, "the end mark goes with the text that filled the buffer")
        #expect(tty.screen() == "abcabc", "end of file is not echoed")
    }

    @Test("VEOL ends a line and stays in it")
    func endOfLine() {
        tty.change { $0[.endOfLine] = 0x3b }
        tty.type("a;b")
        #expect(tty.read() == "a;")
        #expect(tty.screen() == "a;b")
    }

    @Test(
        "erasing takes back what was typed, on the screen as well",
        arguments: [
            ("abc\u{7f}", "ab", "abc\u{8} \u{8}"),
            ("a\u{1}\u{7f}", "a", "a^A\u{8} \u{8}\u{8} \u{8}"),
            ("\u{7f}", "", ""),
            ("a\u{7f}\u{7f}\u{7f}b", "b", "a\u{8} \u{8}b"),
            ("ab cd\u{17}", "ab ", "ab cd\u{8} \u{8}\u{8} \u{8}"),
            ("ab cd  \u{17}x", "ab x", "ab cd  \u{8} \u{8}\u{8} \u{8}\u{8} \u{8}\u{8} \u{8}x"),
            ("abc\u{15}d", "d", "abc\u{8} \u{8}\u{8} \u{8}\u{8} \u{8}d"),
            ("ab\t\u{7f}", "ab", "ab\t\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}"),
            ("\ta\t\u{7f}", "\ta", "\ta\t\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}"),
        ])
    func erase(_ row: (String, String, String)) {
        tty.type(row.0)
        #expect(tty.screen() == row.2)
        tty.type("\n")
        #expect(tty.read() == row.1 + "\n")
    }

    @Test("a tab after a prompt is erased to where the prompt ended")
    func tabAfterPrompt() {
        tty.write("abc> ")
        tty.type("\t\u{7f}")
        #expect(tty.screen() == "abc> \t\u{8}\u{8}\u{8}")
    }

    @Test("with IUTF8 a character is erased whole, without it by bytes")
    func utf8() {
        tty.change { $0.input.insert(.utf8) }
        tty.type("aé€\u{7f}\u{7f}\n")
        #expect(tty.screen() == "aé€\u{8} \u{8}\u{8} \u{8}\r\n")
        #expect(tty.read() == "a\n")
        tty.change { $0.input.remove(.utf8) }
        tty.type("é\u{7f}\u{7f}b\n")
        #expect(tty.read() == "b\n")
    }

    @Test("erasing does not reach into a finished line")
    func eraseStops() {
        tty.type("one\n\u{7f}\u{15}\u{17}two\n")
        #expect(tty.read() == "one\n")
        #expect(tty.read() == "two\n")
    }

    @Test("without ECHOE the erase character shows, without ECHOKE the kill character and a new line")
    func plainErase() {
        tty.change { $0.local.subtract([.echoErase, .echoKillErases]) }
        tty.type("ab\u{7f}")
        #expect(tty.screen() == "ab^?")
        tty.type("\u{15}")
        #expect(tty.screen() == "^U\r\n")
    }

    @Test("ECHOPRT shows erased characters between bars")
    func printedErase() {
        tty.change { $0.local.insert(.echoErasedBetweenBars) }
        tty.type("abc\u{7f}\u{7f}d\n")
        #expect(tty.screen() == "abc\\cb/d\r\n")
        #expect(tty.read() == "ad\n")
    }

    @Test("VLNEXT takes the next byte as it is")
    func literalNext() {
        tty.type("a\u{16}\u{3}\u{16}\u{4}b\n")
        #expect(tty.signals == [])
        #expect(tty.read() == "a\u{3}\u{4}b\n")
        #expect(tty.screen() == "a^\u{8}^C^\u{8}^Db\r\n")
    }

    @Test("VREPRINT shows the line anew")
    func reprint() {
        tty.type("ab\u{1}\u{12}")
        #expect(tty.screen() == "ab^A^R\r\nab^A")
    }

    @Test("without echo nothing shows but, with ECHONL, the new line")
    func noEcho() {
        tty.change { $0.local.remove(.echo) }
        tty.type("secret\u{7f}\n")
        #expect(tty.screen() == "")
        #expect(tty.read() == "secre\n")
        tty.change { $0.local.insert(.echoNewline) }
        tty.type("secret\n")
        #expect(tty.screen() == "\r\n")
    }

    @Test("a line that is too long loses bytes and still ends")
    func tooLong() {
        tty.change { $0.input.insert(.bellWhenFull) }
        tty.change { $0.local.remove(.echo) }
        tty.type(String(repeating: "x", count: 5000))
        #expect(tty.receiveRoom == 1)
        #expect(tty.screen().allSatisfy { $0 == "\u{7}" })
        tty.type("\n")
        #expect(tty.read(8192) == String(repeating: "x", count: 4095) + "\n")
    }

    @Test("a control character that is switched off is a byte like others")
    func switchedOff() {
        tty.change { $0[.endOfFile] = 0 }
        tty.type("\u{0}\u{4}\n")
        #expect(tty.read() == "\u{0}\u{4}\n")
    }
}

@Suite struct LineDisciplineModesTests {
    private let tty: DisciplineBox
    init() throws { tty = try DisciplineBox() }

    @Test(
        "signal characters signal, flush and show",
        arguments: [("\u{3}", 2, "^C"), ("\u{1c}", 3, "^\\"), ("\u{1a}", 20, "^Z")])
    func signals(_ row: (String, UInt8, String)) {
        tty.type("half")
        _ = tty.screen()
        #expect(tty.type(row.0).signal == SignalNumber(rawValue: row.1))
        #expect(tty.screen() == row.2)
        tty.type("new\n")
        #expect(tty.read() == "new\n")
    }

    @Test("with NOFLSH a signal keeps what was typed; without ISIG it is a byte")
    func noFlush() {
        tty.change { $0.local.insert(.noFlush) }
        tty.type("ab\u{3}c\n")
        #expect(tty.read() == "abc\n")
        tty.change { $0.local.remove(.signals) }
        tty.type("ab\u{3}c\n")
        #expect(tty.read() == "ab\u{3}c\n")
        #expect(tty.signals == [.interrupt])
    }

    @Test("IXON stops and starts output; IXANY starts at any byte")
    func flowControl() {
        tty.type("\u{13}")
        tty.write("held")
        #expect(tty.screen() == "")
        #expect(tty.type("\u{11}").restartsOutput)
        #expect(tty.screen() == "held")
        tty.type("\u{13}")
        tty.type("a")
        #expect(tty.isOutputStopped)
        tty.change { $0.input.insert(.anyRestarts) }
        #expect(tty.type("b").restartsOutput)
        tty.type("\u{13}")
        tty.change { $0.input.remove(.startStopOutput) }
        #expect(!tty.isOutputStopped)
        tty.type("\n")
        #expect(tty.read() == "ab\n", "flow control bytes are not input")
    }

    @Test(
        "input translation",
        arguments: [
            (TerminalInputFlags.returnToNewline, "a\rb\n", ["a\n", "b\n"]),
            ([.ignoreReturn], "a\rb\n", ["ab\n"]),
            ([.newlineToReturn, .returnToNewline], "a\nb\r", ["a\rb\n"]),
            ([], "a\rb\n", ["a\rb\n"]),
            ([.lowercase], "AbZ@[\n", ["abz@[\n"]),
        ] as [(TerminalInputFlags, String, [String])])
    func translation(_ row: (TerminalInputFlags, String, [String])) {
        tty.change { $0.input = row.0 }
        tty.type(row.1)
        for line in row.2 { #expect(tty.read() == line) }
        #expect(tty.read() == nil)
    }

    @Test("ISTRIP takes the eighth bit; PARMRK doubles 0xff")
    func eighthBit() throws {
        var discipline = try LineDiscipline()
        var attributes = discipline.attributes
        attributes.input.insert(.stripEighthBit)
        attributes.local.remove(.canonical)
        discipline.setAttributes(attributes)
        _ = discipline.receive(0xe1)
        attributes.input.remove(.stripEighthBit)
        attributes.input.insert(.markParityErrors)
        discipline.setAttributes(attributes)
        _ = discipline.receive(0xff)
        let count = discipline.readableCount
        #expect(count == 3)
    }

    @Test(
        "output processing",
        arguments: [
            (TerminalOutputFlags([.process, .newlineToReturnNewline]), "a\nb", "a\r\nb"),
            ([.process], "a\nb", "a\nb"),
            ([], "a\n\tb", "a\n\tb"),
            ([.process, .returnToNewline], "a\rb", "a\nb"),
            ([.process, .noReturnAtColumnZero], "\ra\r", "a\r"),
            ([.process, .uppercase], "aZ9é", "AZ9é"),
            ([.process, .expandTabs], "\tab\tc\t", "        ab      c       "),
            ([.process, .expandTabs, .newlineToReturnNewline], "ab\n\tc", "ab\r\n        c"),
        ] as [(TerminalOutputFlags, String, String)])
    func output(_ row: (TerminalOutputFlags, String, String)) {
        tty.change { $0.output = row.0 }
        #expect(tty.write(row.1) == row.1.utf8.count)
        #expect(tty.screen() == row.2)
    }

    @Test("a program's output waits for room and leaves some for echo")
    func outputRoom() {
        let taken = tty.write(String(repeating: "\n", count: 5000))
        #expect(taken < 2048)
        #expect(tty.write("x") == 0)
        tty.type("e")
        let shown = tty.screen()
        #expect(shown == String(repeating: "\r\n", count: taken) + "e")
        #expect(tty.write("x") == 1)
    }

    @Test("non-canonical input can be read at once, byte for byte")
    func raw() {
        tty.change { $0.local.subtract([.canonical, .echo, .signals]) }
        #expect(tty.type("a").hasInput)
        tty.type("\u{4}\u{7f}\r")
        #expect(tty.readableCount == 4)
        #expect(tty.read(2) == "a\u{4}")
        #expect(tty.read() == "\u{7f}\n")
    }

    @Test("poll waits for VMIN bytes if there is no timer")
    func minimum() {
        tty.change {
            $0.local.remove(.canonical)
            $0[.minimum] = 3
        }
        tty.type("ab")
        #expect(!tty.isPollReadable)
        tty.type("c")
        #expect(tty.isPollReadable)
        _ = tty.read()
        tty.change { $0[.time] = 1 }
        tty.type("a")
        #expect(tty.isPollReadable)
    }

    @Test("a half-typed line survives the change of modes in both directions")
    func modeChange() {
        tty.type("ha")
        tty.change { $0.local.remove(.canonical) }
        #expect(tty.read(1) == "h")
        tty.change { $0.local.insert(.canonical) }
        #expect(tty.read() == "a")
        tty.type("x\u{7f}y\n")
        #expect(tty.read() == "y\n")
    }

    @Test("a full raw queue asks the device to wait")
    func rawRoom() {
        tty.change { $0.local.subtract([.canonical, .echo]) }
        #expect(tty.receiveRoom == 4095)
        tty.type(String(repeating: "x", count: 4095))
        #expect(tty.receiveRoom == 0)
        _ = tty.read(100)
        #expect(tty.receiveRoom == 100)
    }
}
