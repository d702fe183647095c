// SPDX-License-Identifier: Apache-2.0
//
// A terminal through the whole path: a namespace with /dev, opened by its names, between a fake device and a program
// that a fake of job control describes. Nothing here waits.

import Containers
import DevFS
import Events
import FileSystem
import LinuxABI
import RamFS
import Random
import Terminal
import TestSupport
import Testing
import UserMemory

@testable import TerminalFiles

/// One process that leads its session.
private final class OneProcess: TerminalJobControl, TerminalFinder, @unchecked Sendable {
    var device: CharacterDevice?
    var controllingTerminal: CharacterDevice? { device }
    var callerHasTerminal: Bool { false }
    var caller: TerminalCaller {
        TerminalCaller(
            session: 1, group: 1, isSessionLeader: true, isGroupOrphaned: true, refusedSignals: SignalSet())
    }
    func signal(_ number: SignalNumber, toGroup group: Int32) {}
    func session(ofGroup group: Int32) -> Int32? { group == 1 ? 1 : nil }
}

@Suite struct TerminalDeviceTests {
    private let port = FakeByteStreamPort()
    private let process = OneProcess()
    private let device: TerminalDevice
    private let files: FileOperations

    init() throws {
        TestMachine.start()
        let terminal = try Terminal(
            input: port, output: port, size: WindowSize(rows: 24, columns: 80), jobs: process)
        try terminal.start()
        device = TerminalDevice(terminal)
        process.device = device
        let volume = RamVolume(device: .anonymous(1), pageLimit: 10, inodeLimit: 10)
        let namespace = try MountNamespace(root: volume, source: "rootfs")
        files = FileOperations(FileContext(namespace), Credentials(user: 0, group: 0))
        let devices = try DevFS(device: .anonymous(5), random: RandomGenerator())
        try devices.add("tty", ControllingTerminalDevice(process), ControllingTerminalDevice.number)
        try devices.add("console", ConsoleDevice(device), ConsoleDevice.number)
        try files.makeDirectory(Array("/dev".utf8).span, Permissions(rawValue: 0o755))
        let place = try files.place(of: Array("/dev".utf8).span, following: .follow)
        try files.mount(devices.volume, at: place, [], source: Array("devtmpfs".utf8).span)
        namespace.setSpecialFiles(devices.table)
    }

    private func open(_ path: String, _ flags: OpenFlags = .readWrite) throws(Errno) -> OpenFile {
        try files.open(Array(path.utf8).span, flags, [])
    }

    @Test("a session leader's open makes it the controlling terminal, unless O_NOCTTY says no")
    func controlling() throws {
        _ = try open("/dev/console", [.readWrite, .noControllingTerminal])
        #expect(device.terminal.session == 0)
        _ = try open("/dev/console")
        #expect(device.terminal.session == 1)
    }

    @Test("what is typed is read through one name, and what is written through another is sent")
    func transfer() throws {
        let console = try open("/dev/console", [.readWrite, .nonBlocking])
        let tty = try open("/dev/tty", [.readWrite, .nonBlocking])
        port.type("hi\r")
        #expect(console.poll().contains(.readable))
        var buffer = IOBuffer(collecting: 10)
        #expect(try console.read(into: &buffer) == 3)
        #expect(buffer.collected == Array("hi\n".utf8))
        #expect(port.takeSent() == "hi\r\n")
        var sending = IOBuffer(sending: Array("x\n".utf8))
        #expect(try tty.write(from: &sending, []) == 2)
        #expect(port.takeSent() == "x\r\n")
    }

    @Test("an empty terminal does not block a reader who will not wait")
    func nonBlocking() throws {
        let console = try open("/dev/console", [.readWrite, .nonBlocking])
        var buffer = IOBuffer(collecting: 10)
        #expect(throws: Errno.wouldBlock) { try console.read(into: &buffer) }
    }

    @Test("requests by number reach the terminal, unknown ones are refused, and it cannot be positioned")
    func requests() throws {
        let console = try open("/dev/console", [.readWrite, .nonBlocking])
        port.type("lost\r")
        #expect(try console.control(.flush, UserAddress(0)) == 0)
        #expect(!console.poll().contains(.readable))
        #expect(throws: Errno.inappropriateIOCTLForDevice) { try console.control(.entropyCount, UserAddress(0)) }
        #expect(throws: Errno.illegalSeek) { try console.seek(to: 0, from: .current) }
    }

    @Test("a terminal without input takes output and never has any input")
    func silent() throws {
        let output = FakeByteStreamPort()
        let terminal = try Terminal(
            input: SilentPort(), output: output, size: WindowSize(rows: 0, columns: 0), jobs: process)
        try terminal.start()
        var sending = IOBuffer(sending: Array("x".utf8))
        #expect(try terminal.write(from: &sending, .nonBlocking) == 1)
        #expect(output.takeSent() == "x")
        var buffer = IOBuffer(collecting: 10)
        #expect(throws: Errno.wouldBlock) { try terminal.read(into: &buffer, .nonBlocking) }
    }
}
