// SPDX-License-Identifier: Apache-2.0
//
// The devices through the whole path: a namespace with /dev, opened by name.

import Containers
import DevFS
import Events
import FileSystem
import LinuxABI
import RamFS
import Random
import TestSupport
import Testing
import UserMemory

private final class NoTerminal: TerminalFinder {
    var controllingTerminal: CharacterDevice? { nil }
}

private struct Machine {
    let files: FileOperations

    init() throws {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(1), pageLimit: 10, inodeLimit: 10)
        let namespace = try MountNamespace(root: volume, source: "rootfs")
        files = FileOperations(FileContext(namespace), Credentials(user: 0, group: 0))
        let devices = try DevFS(device: .anonymous(5), random: RandomGenerator())
        try devices.add("tty", ControllingTerminalDevice(NoTerminal()), ControllingTerminalDevice.number)
        try files.makeDirectory(Array("/dev".utf8).span, Permissions(rawValue: 0o755))
        try files.mount(devices.volume, at: place("/dev"), [], source: Array("devtmpfs".utf8).span)
        namespace.setSpecialFiles(devices.table)
    }

    func place(_ path: String) throws(Errno) -> Place { try files.place(of: Array(path.utf8).span, following: .follow) }

    func open(_ path: String, _ flags: OpenFlags = .readWrite) throws(Errno) -> OpenFile {
        try files.open(Array(path.utf8).span, flags, [])
    }
}

private func read(_ file: OpenFile, _ count: Int) throws(Errno) -> [UInt8] {
    var buffer = IOBuffer(collecting: count)
    let got = try file.read(into: &buffer)
    precondition(got == buffer.collected.count)
    return buffer.collected
}

private func write(_ file: OpenFile, _ bytes: [UInt8]) throws(Errno) -> Int {
    var buffer = IOBuffer(sending: bytes)
    return try file.write(from: &buffer)
}

@Suite struct DevFSTests {
    @Test("null reads nothing and swallows everything")
    func null() throws {
        let file = try Machine().open("/dev/null")
        #expect(try read(file, 10).isEmpty)
        #expect(try write(file, [1, 2, 3]) == 3)
        #expect(try file.seek(to: 100, from: .set) == 0)
        #expect(file.status().specialDevice == DeviceNumber(major: 1, minor: 3))
        #expect(file.status().mode.statusWord == 0o20666)
        #expect(file.poll() == [.readable, .writable] && file.waitQueue == nil)
    }

    @Test("zero reads zeros and can be mapped, full is full")
    func zeroAndFull() throws {
        let machine = try Machine()
        let zero = try machine.open("/dev/zero"), full = try machine.open("/dev/full")
        #expect(try read(zero, 5000) == [UInt8](repeating: 0, count: 5000) && write(zero, [1]) == 1)
        #expect((zero as? DeviceFile)?.device.mapping == .anonymous)
        #expect(try read(full, 3) == [0, 0, 0])
        #expect(throws: Errno.noSpace) { _ = try write(full, [1]) }
        #expect(try write(full, []) == 0)
    }

    @Test("random bytes differ", arguments: ["/dev/random", "/dev/urandom"])
    func random(path: String) throws {
        let file = try Machine().open(path)
        let first = try read(file, 100), second = try read(file, 100)
        #expect(first.count == 100 && first != second && Set(first).count > 20)
        #expect(try write(file, Array(0..<20)) == 20)
    }

    @Test("the access mode is held, and positions are refused where there are none")
    func modes() throws {
        let file = try Machine().open("/dev/null", [])
        #expect(throws: Errno.badFileDescriptor) { _ = try write(file, [1]) }
    }

    @Test("a device is found by its number wherever its inode is, an unknown number is ENXIO")
    func byNumber() throws {
        let machine = try Machine()
        let mode = FileMode(.characterDevice, Permissions(rawValue: 0o600))
        try machine.files.makeNode(Array("/mynull".utf8).span, mode, NullDevice.number)
        try machine.files.makeNode(Array("/none".utf8).span, mode, DeviceNumber(major: 99, minor: 1))
        #expect(try write(machine.open("/mynull"), [1]) == 1)
        #expect(throws: Errno.noSuchAddressOrDevice) { _ = try machine.open("/none") }
        #expect(throws: Errno.noSuchAddressOrDevice) { _ = try machine.open("/dev/tty") }
    }

    @Test("O_TRUNC and O_CREAT do no harm to a device")
    func truncating() throws {
        let file = try Machine().open("/dev/null", [.writeOnly, .create, .truncate])
        #expect(try write(file, [1]) == 1)
    }

    @Test("the links and directories are there")
    func links() throws {
        let machine = try Machine()
        let target = try machine.files.readLink(Array("/dev/stdin".utf8).span)
        let isRight = target.equals(Array("/proc/self/fd/0".utf8).span)
        #expect(isRight)
        #expect(try machine.place("/dev/shm").inode.status(through: nil).mode.statusWord == 0o41777)
    }
}
