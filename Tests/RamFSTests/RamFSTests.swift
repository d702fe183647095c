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
