// SPDX-License-Identifier: Apache-2.0
//
// Making, removing, renaming and linking names, with the errors of the man pages.

import FileSystem
import LinuxABI
import RamFS
import Testing

@Suite struct MakeTests {
    @Test(
        "mkdir counts links and refuses what is there",
        arguments: [
            ("/d", .fileExists), ("/f", .fileExists), ("/", .fileExists), ("/d/.", .fileExists), ("/d/..", .fileExists),
            ("/x/y", .noEntry), ("/f/y", .notDirectory), ("/link", .fileExists),
        ] as [(String, Errno)])
    func mkdir(path: String, error: Errno) throws {
        let tree = try Fixture()
        try tree.mkdir("/d/")
        try tree.make("/f")
        try tree.symlink("nowhere", "/link")
        #expect(throws: error) { try tree.mkdir(path) }
        #expect(try tree.status("/").linkCount == 3 && tree.status("/d").linkCount == 2)
    }

    @Test("a set-group-ID directory hands its group down")
    func groupInheritance() throws {
        let tree = try Fixture()
        try tree.mkdir("/d")
        try tree.files.setOwner(of: tree.place("/d"), user: nil, group: 50)
        try tree.files.setPermissions(of: tree.place("/d"), to: Permissions(rawValue: 0o2777))
        try tree.make("/d/f")
        try tree.mkdir("/d/sub")
        #expect(try tree.status("/d/f").groupID == 50)
        #expect(try tree.status("/d/sub").mode.permissions.contains(.setGroupID))
    }

    @Test("only root makes devices")
    func devices() throws {
        let tree = try Fixture()
        let mode = FileMode(.characterDevice, Permissions(rawValue: 0o666))
        try tree.files.makeNode(Array("/null".utf8).span, mode, DeviceNumber(major: 1, minor: 3))
        #expect(try tree.status("/null").specialDevice == DeviceNumber(major: 1, minor: 3))
        try tree.mkdir("/tmp", 0o777)
        try tree.files.setPermissions(of: tree.place("/tmp"), to: Permissions(rawValue: 0o777))
        #expect(throws: Errno.notPermitted) {
            try tree.asUser(9).files.makeNode(Array("/tmp/n".utf8).span, mode, .none)
        }
    }

    @Test("hard links share the inode until the last one goes")
    func hardLinks() throws {
        let tree = try Fixture()
        try tree.make("/f", "x")
        try tree.link("/f", "/g")
        #expect(try tree.status("/f").linkCount == 2 && tree.status("/f").inode == tree.status("/g").inode)
        let file = try tree.open("/f", [])
        try tree.unlink("/f")
        #expect(try tree.read("/g") == "x")
        try tree.unlink("/g")
        #expect(file.status().linkCount == 0)
        #expect(try file.readAll() == "x")
        #expect(throws: Errno.notPermitted) { try tree.link("/", "/h") }
    }
}

@Suite struct RemoveTests {
    @Test(
        "unlink and rmdir refuse the wrong kind",
        arguments: [
            ("unlink", "/d", .isDirectory), ("unlink", "/x", .noEntry), ("unlink", "/f/", .notDirectory),
            ("unlink", "/d/.", .isDirectory), ("unlink", "/", .isDirectory),
            ("rmdir", "/f", .notDirectory), ("rmdir", "/d", .directoryNotEmpty), ("rmdir", "/d/e/.", .invalidArgument),
            ("rmdir", "/d/e/..", .directoryNotEmpty), ("rmdir", "/", .resourceBusy), ("rmdir", "/x", .noEntry),
        ] as [(String, String, Errno)])
    func refusals(call: String, path: String, error: Errno) throws {
        let tree = try Fixture()
        try tree.mkdir("/d")
        try tree.mkdir("/d/e")
        try tree.make("/f")
        #expect(throws: error) { if call == "unlink" { try tree.unlink(path) } else { try tree.rmdir(path) } }
    }

    @Test("rmdir gives the link of .. back")
    func linkCounts() throws {
        let tree = try Fixture()
        try tree.mkdir("/d")
        let place = try tree.place("/d")
        try tree.rmdir("/d/")
        #expect(try tree.status("/").linkCount == 2)
        #expect(place.inode.status(through: nil).linkCount == 0)
        #expect(tree.volume.status().freeInodes == 98)
    }

    @Test("in a sticky directory only owners remove")
    func sticky() throws {
        let root = try Fixture()
        try root.mkdir("/tmp")
        try root.files.setPermissions(of: root.place("/tmp"), to: Permissions(rawValue: 0o1777))
        let one = root.asUser(1), two = root.asUser(2)
        try one.make("/tmp/mine")
        #expect(throws: Errno.notPermitted) { try two.unlink("/tmp/mine") }
        #expect(throws: Errno.notPermitted) { try two.rename("/tmp/mine", "/tmp/yours") }
        try one.unlink("/tmp/mine")
        #expect(throws: Errno.permissionDenied) { try one.unlink("/tmp") }
    }
}

@Suite struct RenameTests {
    private func makeTree() throws -> Fixture {
        let tree = try Fixture()
        for directory in ["/d", "/d/sub", "/d/sub/deep", "/e", "/empty"] { try tree.mkdir(directory) }
        try tree.make("/f", "f")
        try tree.make("/g", "g")
        try tree.make("/e/h", "h")
        return tree
    }

    @Test(
        "what rename refuses",
        arguments: [
            ("/x", "/y", [], .noEntry), ("/f", "/d", [], .isDirectory), ("/d", "/f", [], .notDirectory),
            ("/d", "/d/sub/new", [], .invalidArgument), ("/d", "/d/sub/deep", [], .invalidArgument),
            ("/d/sub/deep", "/d", [], .directoryNotEmpty), ("/d", "/e", [], .directoryNotEmpty),
            ("/f", "/g", .noReplace, .fileExists), ("/f", "/x", .exchange, .noEntry), ("/f/", "/x", [], .notDirectory),
            ("/f", "/x/", [], .notDirectory), ("/d/.", "/x", [], .resourceBusy), ("/f", "/d/..", [], .resourceBusy),
            ("/", "/x", [], .resourceBusy), ("/f", "/g", [.noReplace, .exchange], .invalidArgument),
            ("/f", "/no/where", [], .noEntry), ("/f", "/g", RenameFlags(rawValue: 8), .invalidArgument),
        ] as [(String, String, RenameFlags, Errno)])
    func refusals(old: String, new: String, flags: RenameFlags, error: Errno) throws {
        let tree = try makeTree()
        #expect(throws: error) { try tree.rename(old, new, flags) }
        #expect(try tree.read("/f") == "f" && tree.read("/g") == "g" && tree.names("/d/sub") == [".", "..", "deep"])
    }

    @Test("a file replaces another, in the same and in another directory")
    func replacing() throws {
        let tree = try makeTree()
        try tree.rename("/f", "/g")
        #expect(try tree.read("/g") == "f")
        #expect(throws: Errno.noEntry) { _ = try tree.status("/f") }
        try tree.rename("/g", "/e/h")
        #expect(try tree.read("/e/h") == "f" && !tree.names("/").contains("g"))
    }

    @Test("a directory moves with everything below it, and .. and link counts follow")
    func movingDirectories() throws {
        let tree = try makeTree()
        try tree.rename("/d/sub", "/e/sub/")
        #expect(try tree.status("/e/sub/deep/../..").inode == tree.status("/e").inode)
        #expect(try tree.status("/d").linkCount == 2 && tree.status("/e").linkCount == 3)
        try tree.rename("/e/sub", "/empty")
        #expect(try tree.names("/empty") == [".", "..", "deep"])
        #expect(try tree.status("/").linkCount == 5 && tree.status("/e").linkCount == 2)
        #expect(try tree.path(tree.place("/empty/deep")) == "/empty/deep")
    }

    @Test("renaming one hard link to the other does nothing")
    func sameInode() throws {
        let tree = try makeTree()
        try tree.link("/f", "/f2")
        try tree.rename("/f", "/f2")
        #expect(try tree.read("/f") == "f" && tree.read("/f2") == "f")
    }

    @Test("exchange swaps a file and a directory across directories")
    func exchange() throws {
        let tree = try makeTree()
        try tree.rename("/f", "/d/sub", .exchange)
        #expect(try tree.read("/d/sub") == "f" && tree.names("/f") == [".", "..", "deep"])
        #expect(try tree.status("/d").linkCount == 2 && tree.status("/").linkCount == 6)
        #expect(try tree.path(tree.place("/f/deep")) == "/f/deep")
        try tree.rename("/f", "/g", .exchange)
        #expect(try tree.read("/f") == "g")
    }

    @Test("moving a directory needs to write it")
    func permissions() throws {
        let root = try Fixture()
        try root.mkdir("/one", 0o777)
        try root.mkdir("/two", 0o777)
        for name in ["/one", "/two"] {
            try root.files.setPermissions(of: root.place(name), to: Permissions(rawValue: 0o777))
        }
        try root.mkdir("/one/d", 0o755)
        let user = root.asUser(3)
        #expect(throws: Errno.permissionDenied) { try user.rename("/one/d", "/two/d") }
        try user.rename("/one/d", "/one/e")
    }
}
