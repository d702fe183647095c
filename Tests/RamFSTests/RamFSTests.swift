// SPDX-License-Identifier: Apache-2.0
//
// What RamFS does beside being a file system (that is FileSystemTests): limits, want of memory, sparse files, and the
// boot archive.

import CAllocator
import Containers
import FileSystem
import LinuxABI
import Memory
import PageCache
import RamFS
import TestSupport
import Testing
import UserMemory

private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

private func lookup(_ volume: RamVolume, _ path: String) throws(Errno) -> Inode {
    var inode = volume.root
    for component in path.split(separator: "/") { inode = try inode.lookup(name(String(component)).span) }
    return inode
}

private func contents(_ inode: Inode) throws(Errno) -> String {
    var buffer = IOBuffer(collecting: 100_000)
    try inode.read(into: &buffer, at: 0, [])
    return String(decoding: buffer.collected, as: UTF8.self)
}

private func makeVolume(pages: UInt64 = 100, inodes: UInt64 = 50) -> RamVolume {
    TestMachine.start()
    return RamVolume(device: .anonymous(9), pageLimit: pages, inodeLimit: inodes)
}

@Suite struct RamVolumeTests {
    private let file = NewInode(mode: FileMode(.regular, Permissions(rawValue: 0o644)))
    private let directory = NewInode(mode: FileMode(.directory, Permissions(rawValue: 0o755)))

    @Test("inodes are limited and come back")
    func inodeLimit() throws {
        let volume = makeVolume(inodes: 4)
        for number in 0..<3 { _ = try volume.root.create(name("f\(number)").span, file) }
        #expect(throws: Errno.noSpace) { _ = try volume.root.create(name("f3").span, file) }
        #expect(throws: Errno.noSpace) { try volume.root.createLink(name("l").span, to: name("t").span, file) }
        try volume.root.remove(name("f0").span, lookup(volume, "f0"))
        _ = try volume.root.create(name("f3").span, file)
        #expect(volume.status().freeInodes == 0)
    }

    @Test("pages come back when the last reference to an unlinked file goes")
    func pagesComeBack() throws {
        let volume = makeVolume()
        do {
            let inode = try volume.root.create(name("f").span, file)
            var buffer = IOBuffer(sending: [UInt8](repeating: 1, count: 40_000))
            _ = try inode.write(from: &buffer, at: 0, [])
            try volume.root.remove(name("f").span, inode)
            #expect(volume.status().freeBlocks == 90)
        }
        #expect(volume.status().freeBlocks == 100 && volume.status().freeInodes == 49)
    }

    @Test("want of memory while making a name changes nothing")
    func outOfMemory() throws {
        let volume = makeVolume()
        var failures = 0
        for number in 0..<20 {
            while true {
                apus_test_fail_allocation(UInt64(failures % 3 + 1))
                do throws(Errno) {
                    _ = try volume.root.create(name("n\(number)").span, file)
                    apus_test_fail_allocation(0)
                    break
                } catch {
                    #expect(error == .noMemory)
                    failures += 1
                    #expect(throws: Errno.noEntry) { _ = try lookup(volume, "n\(number)") }
                }
                if failures > 500 { break }
            }
            failures += 1
        }
        #expect(volume.status().freeInodes == 29)
    }

    @Test("fallocate makes pages, keeps the size if told, and punches holes")
    func allocate() throws {
        let volume = makeVolume()
        let inode = try volume.root.create(name("f").span, file)
        try inode.allocate(.keepSize, 0..<8192)
        #expect(inode.byteCount == 0 && inode.blockCount == 16)
        try inode.allocate([], 0..<10_000)
        #expect(inode.byteCount == 10_000 && inode.blockCount == 24)
        try inode.allocate([.punchHole, .keepSize], 0..<4096)
        #expect(inode.blockCount == 16)
        #expect(throws: Errno.notSupported) { try inode.allocate(.zeroRange, 0..<10) }
        #expect(throws: Errno.noSpace) { try inode.allocate([], 0..<1_000_000) }
    }

    @Test("a tree that is taken down leaves nothing behind, however deep")
    func tearDown() throws {
        let before = apus_test_live_allocations()
        do {
            let volume = makeVolume(inodes: 3000)
            var inode = volume.root
            for _ in 0..<2000 { inode = try inode.create(name("d").span, directory) }
            _ = try inode.create(name("f").span, file)
            inode = volume.root
            volume.dropRoot()
        }
        #expect(apus_test_live_allocations() == before)
    }
}

@Suite struct RamPopulatorTests {
    private func attributes(
        _ kind: FileKind, _ permissions: UInt16 = 0o644, links: UInt32 = 1, identity: UInt64 = 0
    ) -> RamPopulator.Attributes {
        RamPopulator.Attributes(
            mode: FileMode(kind, Permissions(rawValue: permissions)), userID: 3, groupID: 4,
            modified: Timestamp(seconds: 1000, nanoseconds: 0), linkCount: links, identity: identity,
            device: DeviceNumber(major: 1, minor: 3))
    }

    @Test("members become inodes with their attributes, and missing directories are made")
    func members() throws {
        let volume = makeVolume()
        var populator = RamPopulator(volume)
        try populator.add(name("./usr/bin/tool").span, attributes(.regular, 0o755), contents: name("#!").span)
        try populator.add(name("/etc").span, attributes(.directory, 0o700), contents: name("").span)
        try populator.add(name("usr/bin").span, attributes(.directory, 0o711), contents: name("").span)
        try populator.add(name("etc/link").span, attributes(.symbolicLink, 0o777), contents: name("../usr").span)
        try populator.add(name("dev/null").span, attributes(.characterDevice, 0o666), contents: name("").span)
        try populator.add(name(".").span, attributes(.directory, 0o750), contents: name("").span)
        let tool = try lookup(volume, "usr/bin/tool").status(through: nil)
        #expect(
            tool.mode.statusWord == 0o100755 && tool.userID == 3 && tool.groupID == 4 && tool.modified.seconds == 1000)
        #expect(try contents(lookup(volume, "usr/bin/tool")) == "#!")
        #expect(try lookup(volume, "usr/bin").status(through: nil).mode.statusWord == 0o40711)
        #expect(try lookup(volume, "usr").status(through: nil).mode.statusWord == 0o40755)
        #expect(volume.root.status(through: nil).mode.statusWord == 0o40750)
        for folder in ["usr", "usr/bin", "etc"] {
            #expect(try lookup(volume, folder).status(through: nil).modified.seconds == 1000)
        }
        #expect(try lookup(volume, "dev/null").specialDevice == DeviceNumber(major: 1, minor: 3))
        let text = try lookup(volume, "etc/link").readLink()
        #expect(text.count == 6)
    }

    @Test("hard links share one inode; the contents may come with the last")
    func hardLinks() throws {
        let volume = makeVolume()
        var populator = RamPopulator(volume)
        try populator.add(name("a").span, attributes(.regular, links: 2, identity: 77), contents: name("").span)
        try populator.add(name("b").span, attributes(.regular, links: 2, identity: 77), contents: name("data").span)
        try populator.add(name("c").span, attributes(.regular, links: 1, identity: 77), contents: name("own").span)
        #expect(try lookup(volume, "a") === lookup(volume, "b") && lookup(volume, "a") !== lookup(volume, "c"))
        #expect(try contents(lookup(volume, "a")) == "data")
        #expect(try lookup(volume, "a").status(through: nil).linkCount == 2)
    }

    @Test("frames of the archive are used in place")
    func seeds() throws {
        let volume = makeVolume()
        let frame = try Frames.allocate(order: 1)
        Frames.adoptInUse(frame, count: 2)
        Frames.store64(0x6f6c_6c65_68, frame, at: 0)
        var populator = RamPopulator(volume)
        try populator.add(
            name("bin/big").span, attributes(.regular, 0o755), seed: SeedExtent(first: frame, byteCount: 5000))
        let inode = try lookup(volume, "bin/big")
        #expect(inode.byteCount == 5000 && inode.pageCache?.lookup(1) == frame.advanced(by: 1))
        #expect(try contents(inode).hasPrefix("hello"))
        var buffer = IOBuffer(sending: name("J"))
        _ = try inode.write(from: &buffer, at: 0, [])
        #expect(Frames.load64(frame, at: 0) == 0x6f6c_6c65_4a)
        #expect(volume.status().freeBlocks == 98)
    }

    @Test("later members win, and bad paths are refused")
    func replacing() throws {
        let volume = makeVolume()
        var populator = RamPopulator(volume)
        try populator.add(name("x").span, attributes(.regular), contents: name("one").span)
        try populator.add(name("x").span, attributes(.regular), contents: name("two").span)
        #expect(try contents(lookup(volume, "x")) == "two")
        try populator.add(name("x").span, attributes(.symbolicLink), contents: name("y").span)
        #expect(try lookup(volume, "x").kind == .symbolicLink)
        var errors: [Errno] = []
        for path in ["../x", "x/below", String(repeating: "n", count: 300)] {
            do throws(Errno) {
                try populator.add(name(path).span, attributes(.regular), contents: name("").span)
            } catch {
                errors.append(error)
            }
        }
        #expect(errors == [.invalidArgument, .notDirectory, .fileNameTooLong])
    }

    @Test("contents of several pages are copied whole")
    func large() throws {
        let volume = makeVolume()
        var populator = RamPopulator(volume)
        let bytes = (0..<10_001).map { UInt8(65 + $0 % 26) }
        try populator.add(name("f").span, attributes(.regular), contents: bytes.span)
        #expect(try contents(lookup(volume, "f")) == String(decoding: bytes, as: UTF8.self))
    }
}

/// An archive of members that say what the test says: every fourth offset is a file.
private final class TestArchive: ArchivedFiles, @unchecked Sendable {
    var made: [Int] = []
    var fails = false

    override func attributes(of member: ArchivedMember) throws(Errno) -> RamPopulator.Attributes {
        made.append(member.offset)
        return RamPopulator.Attributes(
            mode: FileMode(.regular, Permissions(rawValue: 0o604)), userID: 7, groupID: 8,
            modified: Timestamp(seconds: 2000, nanoseconds: 0), linkCount: 1, identity: 0, device: .none)
    }

    override func contents(of member: ArchivedMember) throws(Errno) -> SeedExtent {
        if fails { throw .noMemory }
        do throws(OutOfMemory) {
            let frame = try Frames.allocate()
            Frames.store64(0x6f6c_6c65_68, frame, at: 0)
            return SeedExtent(first: frame, byteCount: 5)
        } catch { throw .noMemory }
    }
}

@Suite struct ArchivedFilesTests {
    private func member(_ offset: Int) throws -> ArchivedMember { try #require(ArchivedMember(offset: offset)) }

    private func makeVolume(_ archive: TestArchive) -> RamVolume {
        TestMachine.start()
        let volume = RamVolume(device: .anonymous(9), pageLimit: 100, inodeLimit: 50)
        volume.use(archive, byteCount: 10_000)
        return volume
    }

    private func enter(_ path: String, _ offset: Int, _ populator: inout RamPopulator) throws -> Bool {
        try populator.enter(
            name(path).span, member(offset), pageCount: 1, time: Timestamp(seconds: 1500, nanoseconds: 0))
    }

    @Test("a file is made when it is first looked up, and once")
    func lookups() throws {
        let archive = TestArchive()
        let volume = makeVolume(archive)
        var populator = RamPopulator(volume)
        #expect(try enter("usr/lib/a", 128, &populator) && enter("usr/lib/b", 256, &populator))
        #expect(try enter("usr/c", 384, &populator) && enter("usr/lib/d", 512, &populator))
        #expect(archive.made.isEmpty)
        #expect(volume.status().freeBlocks == 96 && volume.status().freeInodes == 50 - 7)
        let file = try lookup(volume, "usr/lib/b")
        #expect(try lookup(volume, "usr/lib/b") === file && archive.made == [256])
        let status = file.status(through: nil)
        #expect(status.mode.statusWord == 0o100604 && status.userID == 7 && status.linkCount == 1)
        #expect(status.modified.seconds == 2000 && file.byteCount == 5)
        #expect(try contents(file) == "hello")
        #expect(volume.status().freeBlocks == 96 && volume.status().freeInodes == 50 - 7)
        #expect(try lookup(volume, "usr/lib").status(through: nil).modified.seconds == 1500)
    }

    @Test("a directory shows the number and kind that the file will have, and nobody else has the number")
    func numbers() throws {
        let archive = TestArchive()
        let volume = makeVolume(archive)
        var populator = RamPopulator(volume)
        _ = try enter("a", 128, &populator)
        _ = try enter("b", 240, &populator)
        var shown: [String: UInt64] = [:]
        try volume.root.readDirectory(from: 0) { text, number, kind, _ in
            #expect(kind == .regular)
            shown[String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)] = number
            return true
        }
        #expect(archive.made.isEmpty && shown.count == 2 && shown["a"] != shown["b"])
        for (path, number) in shown { #expect(try lookup(volume, path).number == number) }
        let new = try volume.root.create(
            name("new").span, NewInode(mode: FileMode(.regular, Permissions(rawValue: 0o644))))
        #expect(!shown.values.contains(new.number) && new.number > 10_000 / 64)
    }

    @Test("a name that is taken is refused, and the members of a replaced directory are in the new one")
    func taken() throws {
        let volume = makeVolume(TestArchive())
        var populator = RamPopulator(volume)
        #expect(try enter("d/x", 128, &populator))
        #expect(try !enter("d/x", 256, &populator) && !enter("d", 256, &populator))
        #expect(volume.status().freeInodes == 50 - 3 && volume.status().freeBlocks == 99)
        #expect(throws: Errno.notDirectory) { _ = try enter("d/x/y", 256, &populator) }
        #expect(throws: Errno.invalidArgument) { _ = try enter("d/..", 256, &populator) }
    }

    @Test("without memory a file is not made, and can be later")
    func noMemory() throws {
        let archive = TestArchive()
        let volume = makeVolume(archive)
        var populator = RamPopulator(volume)
        _ = try enter("a", 128, &populator)
        archive.fails = true
        #expect(throws: Errno.noMemory) { _ = try lookup(volume, "a") }
        archive.fails = false
        #expect(try contents(lookup(volume, "a")) == "hello")
    }

    @Test("archived files are renamed, linked and removed like others")
    func changes() throws {
        let volume = makeVolume(TestArchive())
        var populator = RamPopulator(volume)
        _ = try enter("a", 128, &populator)
        _ = try enter("b", 256, &populator)
        let (a, b) = (try lookup(volume, "a"), try lookup(volume, "b"))
        try volume.root.rename(name("a").span, a, to: volume.root, as: name("b").span, replacing: b)
        #expect(try lookup(volume, "b") === a)
        #expect(throws: Errno.noEntry) { _ = try lookup(volume, "a") }
        try volume.root.link(name("c").span, to: a)
        try volume.root.remove(name("b").span, a)
        #expect(try lookup(volume, "c") === a && a.status(through: nil).linkCount == 1)
    }
}
