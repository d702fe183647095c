// SPDX-License-Identifier: Apache-2.0

// What comes back to the host: the files that it asked for, as a newc archive in pieces that fit a frame.

import BootProtocols
import ByteCodec
import CPIO
import Containers
import ControlChannel
import DeviceModel
import FileSystem
import LinuxABI
import Memory
import RamFS
import TestSupport
import Testing
import UserMemory
import VirtIOConsole

@testable import Linux

@Suite("OutputSender", .serialized)
struct OutputSenderTests {
    private final class Requests: HostRequests {
        func hostAsksToStop() {}
        func hostSends(signal number: UInt8) {}
        func hostResized(rows: UInt16, columns: UInt16) {}
        func hostAsksForThreads() {}
    }

    private let host = FakeConsoleHost(names: ["apus.control", "apus.stdin", "apus.stdout", "apus.stderr"])
    private let router = FakeInterruptRouter()
    private let requests = Requests()

    private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func make(_ kind: FileKind, _ text: String, in directory: Inode, _ contents: [UInt8] = []) throws -> Inode {
        let mode = FileMode(kind, Permissions(rawValue: 0o640))
        if kind == .symbolicLink {
            try directory.createLink(name(text).span, to: contents.span, NewInode(mode: mode))
            return try directory.lookup(name(text).span)
        }
        let inode = try directory.create(name(text).span, NewInode(mode: mode, userID: 3, groupID: 4))
        if kind == .regular, !contents.isEmpty {
            var buffer = IOBuffer(sending: contents)
            _ = try inode.write(from: &buffer, at: 0, [])
        }
        return inode
    }

    /// Sends paths of a volume and returns the archive's members: name, mode, contents.
    private func sent(_ volume: RamVolume, _ paths: [String]) throws -> [(
        name: String, mode: UInt32, contents: [UInt8]
    )] {
        let console = try VirtIOConsole(FakeVirtIOTransport(host.device), DriverContext(interrupts: router))
        let channel = try HostChannel.connect(to: console, requests: requests, until: nil)
        var sender = OutputSender(channel, try MountNamespace(root: volume, source: "test"))
        for path in paths { sender.send(name(path)) }
        sender.finish()
        var decoder = ControlFrameDecoder()
        let said = host.sent[1] ?? []
        decoder.feed(said.rawBytes)
        var archive: [UInt8] = []
        var isEnded = false
        while let frame = try decoder.next() {
            guard case .output(let piece) = try GuestMessage(frame) else { continue }
            #expect(!isEnded, "a piece behind the end")
            isEnded = piece.isEmpty
            archive += piece
        }
        #expect(isEnded)
        var reader = CPIOReader(archive.rawBytes)
        var members: [(name: String, mode: UInt32, contents: [UInt8])] = []
        while let member = try reader.next() {
            let text = String(decoding: archive[member.name], as: UTF8.self)
            members.append((text, member.attributes.mode, Array(archive[member.contents])))
        }
        return members
    }

    private func makeVolume() -> RamVolume {
        TestMachine.start()
        return RamVolume(device: .anonymous(88), pageLimit: 1000, inodeLimit: 100)
    }

    @Test("A folder comes with everything below it, links as links")
    func tree() throws {
        let volume = makeVolume()
        let folder = try make(.directory, "d", in: volume.root)
        let inner = try make(.directory, "e", in: folder)
        _ = try make(.regular, "f", in: inner, name("contents"))
        _ = try make(.symbolicLink, "l", in: folder, name("e/f"))
        _ = try make(.regular, "outside", in: volume.root, name("no"))
        let members = try sent(volume, ["/d"]).sorted { $0.name < $1.name }
        #expect(members.map(\.name) == ["d", "d/e", "d/e/f", "d/l"])
        #expect(members[2].contents == name("contents") && members[2].mode == 0o100_640)
        #expect(members[3].contents == name("e/f") && members[3].mode & 0o170_000 == 0o120_000)
    }

    @Test("A file larger than many pieces keeps every byte")
    func large() throws {
        let volume = makeVolume()
        let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 * 31 >> 3) }
        _ = try make(.regular, "big", in: volume.root, bytes)
        let members = try sent(volume, ["/big"])
        #expect(members.count == 1 && members[0].contents == bytes)
    }

    @Test("What is not there is left out, and the archive has its end all the same")
    func missing() throws {
        #expect(try sent(makeVolume(), ["/nothing", "relative", ""]).filter { $0.name != "." }.isEmpty)
    }
}
