// SPDX-License-Identifier: Apache-2.0
//
// The terminal object between a fake device and programs that a fake of job control describes. Whatever would have to
// wait is tried in non-blocking mode: unit tests have no second thread.

import Containers
import Events
import LinuxABI
import TestSupport
import Testing
import UserMemory

@testable import Terminal

@Suite struct TerminalTests {
    private let port = FakeByteStreamPort()
    private let jobs = Jobs()
    private let terminal: Terminal

    init() throws {
        terminal = try Terminal(input: port, output: port, size: WindowSize(rows: 24, columns: 80), jobs: jobs)
        try terminal.start()
        _ = try terminal.becomeControllingTerminal()
    }

    private func read(_ limit: Int = 1000) throws -> String {
        var buffer = IOBuffer(collecting: limit)
        let count = try terminal.read(into: &buffer, .nonBlocking)
        let bytes = buffer.collected
        #expect(bytes.count == count)
        return String(decoding: bytes, as: UTF8.self)
    }

    @discardableResult
    private func write(_ text: String) throws -> Int {
        var buffer = IOBuffer(sending: Array(text.utf8))
        return try terminal.write(from: &buffer, .nonBlocking)
    }

    private func change(_ body: (inout TerminalAttributes) -> Void) throws {
        var attributes = terminal.attributes
        body(&attributes)
        try terminal.setAttributes(attributes, .now)
    }

    @Test("a typed line is echoed and read")
    func line() throws {
        port.type("hi")
        #expect(throws: Errno.wouldBlock) { try read() }
        #expect(terminal.poll() == [.writable, .writableNormal])
        port.type("\r")
        #expect(terminal.poll().contains(.readable))
        #expect(port.takeSent() == "hi\r\n")
        #expect(try read() == "hi\n")
    }

    @Test("a long line comes in one read, and a short buffer gets a part")
    func longLine() throws {
        let line = String(repeating: "abcdefgh", count: 100)
        port.type(line + "\r")
        #expect(try read(10) == "abcdefghab")
        #expect(try read() == String(line.dropFirst(10)) + "\n")
    }

    @Test("end of file is an empty read")
    func endOfFile() throws {
        port.type("\u{4}")
        #expect(try read() == "")
        #expect(throws: Errno.wouldBlock) { try read() }
    }

    @Test("what programs write is processed and sent in order with echo")
    func writes() throws {
        #expect(try write("$ ") == 2)
        port.type("l")
        try write("\nx")
        #expect(port.takeSent() == "$ l\r\nx")
    }

    @Test("a device without room blocks writers when the ring is full, and nothing is lost")
    func backPressure() throws {
        port.room = 0
        let text = String(repeating: "0123456789", count: 1000)
        let first = try write(text)
        #expect(first > 0 && first < text.count)
        #expect(throws: Errno.wouldBlock) { try write("x") }
        #expect(!terminal.poll().contains(.writable))
        port.type("e")
        port.makeRoom(.max)
        #expect(terminal.poll().contains(.writable))
        let second = try write(String(text.dropFirst(first)))
        #expect(first + second == text.count)
        #expect(port.takeSent() == text.prefix(first) + "e" + text.dropFirst(first))
    }

    @Test("input that finds no room waits in the device")
    func inputBackPressure() throws {
        try change { $0.local.subtract([.canonical, .echo]) }
        let text = String(repeating: "0123456789", count: 1000)
        port.type(text)
        #expect(!port.waiting.isEmpty)
        var received = ""
        while received.count < text.count { received += try read(700) }
        #expect(received == text)
    }

    @Test("a signal character signals the foreground group")
    func signals() throws {
        port.type("abc\u{3}d\r")
        #expect(jobs.sent == ["2 to 7"])
        #expect(try read() == "d\n")
    }

    @Test("a signal without NOFLSH drops output, with NOFLSH none is lost or doubled")
    func signalFlush() throws {
        port.room = 0
        try write("old")
        port.type("\u{3}")
        port.makeRoom(.max)
        #expect(port.takeSent() == "^C")
        try change { $0.local.insert(.noFlush) }
        port.room = 0
        try write("old")
        port.type("\u{3}")
        port.makeRoom(.max)
        #expect(port.takeSent() == "old^C")
    }

    @Test("non-canonical reads wait for VMIN bytes; a non-blocking one takes what is there")
    func minimum() throws {
        try change {
            $0.local.remove(.canonical)
            $0[.minimum] = 4
        }
        port.type("ab")
        #expect(!terminal.poll().contains(.readable))
        #expect(try read() == "ab")
        #expect(throws: Errno.wouldBlock) { try read() }
        port.type("abcdef")
        #expect(try read() == "abcdef")
    }

    @Test("with VMIN and VTIME zero a read returns at once")
    func immediate() throws {
        try change {
            $0.local.remove(.canonical)
            $0[.minimum] = 0
        }
        var buffer = IOBuffer(collecting: 10)
        let count = try terminal.read(into: &buffer, .blocking)
        #expect(count == 0)
    }

    @Test("a background read stops the group, unless nobody could continue it")
    func backgroundRead() throws {
        jobs.current.group = 9
        port.type("x\r")
        #expect(throws: Errno.interrupted) { try read() }
        #expect(jobs.sent == ["21 to 9"])
        jobs.current.isGroupOrphaned = true
        #expect(throws: Errno.ioError) { try read() }
        jobs.current.isGroupOrphaned = false
        jobs.current.refusedSignals = SignalSet(.terminalInput)
        #expect(throws: Errno.ioError) { try read() }
    }

    @Test("background output is allowed without TOSTOP")
    func backgroundWrite() throws {
        jobs.current.group = 9
        try write("a")
        jobs.current.group = 7
        try change { $0.local.insert(.stopBackgroundOutput) }
        jobs.current.group = 9
        #expect(throws: Errno.interrupted) { try write("b") }
        #expect(jobs.sent == ["22 to 9"])
        jobs.current.refusedSignals = SignalSet(.terminalOutput)
        try write("c")
        #expect(port.takeSent() == "ac")
    }

    @Test("a hang-up ends reads, fails writes and tells the session")
    func hangUp() throws {
        port.type("last\r")
        port.disconnect()
        #expect(jobs.sent == ["1 to 7", "18 to 7"])
        #expect(try read() == "last\n")
        #expect(try read() == "")
        #expect(throws: Errno.ioError) { try write("x") }
        #expect(terminal.poll().contains(.hangUp))
    }

    // MARK: ioctl_tty(2)

    private func control(_ request: ControlRequest, _ number: Int = 0, input: LayoutBuffer<5> = LayoutBuffer())
        throws -> LayoutBuffer<5>
    {
        var buffer = input
        try terminal.control(request, number: number, buffer: &buffer)
        return buffer
    }

    @Test("modes are read and set in the kernel's layout")
    func attributes() throws {
        let old = try control(.getAttributes)
        #expect(old.load32(0) == 0o2400, "ICRNL and IXON")
        #expect(old.load8(17) == 3, "VINTR")
        var new = old
        new.store32(0, at: 0)
        _ = try control(.setAttributes, input: new)
        #expect(try control(.getAttributes).load32(0) == 0)
    }

    @Test("a window that changes its size tells the foreground group, once")
    func window() throws {
        #expect(try control(.getWindowSize).load32(0) == 24 | 80 << 16)
        var size = LayoutBuffer<5>()
        size.store32(50 | 132 << 16, at: 0)
        _ = try control(.setWindowSize, input: size)
        _ = try control(.setWindowSize, input: size)
        #expect(jobs.sent == ["28 to 7"])
        #expect(try control(.getWindowSize).load32(0) == 50 | 132 << 16)
    }

    @Test("the foreground group is one of the session")
    func foregroundGroup() throws {
        #expect(try control(.getForegroundGroup).load32(0) == 7)
        #expect(try control(.getSession).load32(0) == 7)
        var group = LayoutBuffer<5>()
        for (number, error) in [(Int32(99), Errno.noSuchProcess), (30, .notPermitted), (-1, .invalidArgument)] {
            group.store32(UInt32(bitPattern: number), at: 0)
            let input = group
            #expect(throws: error) { try control(.setForegroundGroup, input: input) }
        }
        group.store32(9, at: 0)
        _ = try control(.setForegroundGroup, input: group)
        #expect(try control(.getForegroundGroup).load32(0) == 9)
    }

    @Test("another session has no business here")
    func otherSession() {
        jobs.current.session = 30
        #expect(throws: Errno.inappropriateIOCTLForDevice) { try control(.getForegroundGroup) }
        #expect(throws: Errno.notPermitted) { try control(.setControllingTerminal) }
    }

    @Test("giving the terminal up hangs up the foreground group")
    func giveUp() throws {
        _ = try control(.giveUpTerminal)
        #expect(jobs.sent == ["1 to 7", "18 to 7"])
        #expect(terminal.session == 0)
        _ = try control(.setControllingTerminal)
        #expect(terminal.session == 7)
    }

    @Test("pending bytes are counted, and flushed")
    func pending() throws {
        port.type("abc\rde")
        #expect(try control(.inputPending).load32(0) == 4)
        port.room = 0
        try write("xyz")
        #expect(try control(.outputPending).load32(0) == 3)
        _ = try control(.flush, 2)
        #expect(try control(.inputPending).load32(0) == 0)
        #expect(try control(.outputPending).load32(0) == 0)
        #expect(throws: Errno.invalidArgument) { try control(.flush, 3) }
    }

    @Test("output stops and starts on request")
    func flow() throws {
        _ = try control(.flowControl, 0)
        try write("x")
        #expect(port.takeSent() == "")
        _ = try control(.flowControl, 1)
        #expect(port.takeSent() == "x")
        _ = try control(.flowControl, 2)
        #expect(port.takeSent() == "\u{13}")
        _ = try control(.sendBreak, 1)
        #expect(throws: Errno.invalidArgument) { try control(.flowControl, 4) }
    }

    @Test("an unknown request is refused")
    func unknownRequest() {
        #expect(Terminal.argument(of: ControlRequest(rawValue: 0x1234)) == nil)
        #expect(throws: Errno.inappropriateIOCTLForDevice) { try control(ControlRequest(rawValue: 0x1234)) }
        #expect(throws: Errno.inappropriateIOCTLForDevice) { try control(.insertByte) }
    }
}

private final class Jobs: TerminalJobControl, @unchecked Sendable {
    var current = TerminalCaller(
        session: 7, group: 7, isSessionLeader: true, isGroupOrphaned: false, refusedSignals: [])
    var sent: [String] = []

    var callerHasTerminal: Bool { false }
    var caller: TerminalCaller { current }
    func signal(_ number: SignalNumber, toGroup group: Int32) { sent.append("\(number.rawValue) to \(group)") }
    func session(ofGroup group: Int32) -> Int32? { [7: 7, 9: 7, 30: 30][group] }
}
