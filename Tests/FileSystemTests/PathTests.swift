// SPDX-License-Identifier: Apache-2.0
//
// Path resolution: path_resolution(7), symlink(7), and the errors that programs rely on.

import FileSystem
import LinuxABI
import RamFS
import Testing

@Suite struct PathTests {
    private func makeTree() throws -> Fixture {
        let tree = try Fixture()
        try tree.mkdir("/a")
        try tree.mkdir("/a/b")
        try tree.make("/a/b/file", "contents")
        try tree.symlink("b/file", "/a/link")
        try tree.symlink("/a", "/absolute")
        try tree.symlink("loop2", "/loop1")
        try tree.symlink("loop1", "/loop2")
        try tree.symlink("nowhere", "/dangling")
        return tree
    }

    @Test(
        "paths that lead to the same file",
        arguments: [
            "/a/b/file", "//a///b//file", "/a/./b/../b/file", "/../../a/b/file", "a/b/file", "./a/b/file", "/a/link",
            "/absolute/link", "/absolute/b/file", "/absolute/../a/b/../link",
        ])
    func same(path: String) throws {
        let tree = try makeTree()
        #expect(try tree.read(path) == "contents")
    }

    @Test(
        "paths that fail",
        arguments: [
            ("", .noEntry), ("/x", .noEntry), ("/a/x/y", .noEntry), ("/a/b/file/", .notDirectory),
            ("/a/b/file/x", .notDirectory), ("/a/b/file/..", .notDirectory), ("/loop1", .tooManySymbolicLinkLevels),
            ("/loop1/x", .tooManySymbolicLinkLevels), ("/dangling", .noEntry), ("/a/link/", .notDirectory),
            ("/" + String(repeating: "n", count: 256), .fileNameTooLong),
            ("/" + String(repeating: "n", count: 255), .noEntry),
            (String(repeating: "/", count: 4096), .fileNameTooLong),
        ] as [(String, Errno)])
    func fails(path: String, error: Errno) throws {
        let tree = try makeTree()
        #expect(throws: error) { _ = try tree.status(path) }
    }

    @Test("the last link is followed or taken, and a trailing slash follows it")
    func lastLink() throws {
        let tree = try makeTree()
        #expect(try tree.status("/absolute").mode.kind == .directory)
        #expect(try tree.status("/absolute", .noFollow).mode.kind == .symbolicLink)
        #expect(try tree.status("/absolute/", .noFollow).mode.kind == .directory)
        #expect(try tree.status("/absolute", .noFollow).size == 2)
        #expect(throws: Errno.tooManySymbolicLinkLevels) { _ = try tree.open("/absolute", .noFollow) }
        #expect(try tree.open("/absolute", [.noFollow, .path]).inode.kind == .symbolicLink)
    }

    @Test("forty links are followed, forty-one are not")
    func linkLimit() throws {
        let tree = try Fixture()
        try tree.make("/end", "x")
        try tree.symlink("end", "/l1")
        for number in 2...41 { try tree.symlink("l\(number - 1)", "/l\(number)") }
        #expect(try tree.read("/l40") == "x")
        #expect(throws: Errno.tooManySymbolicLinkLevels) { _ = try tree.read("/l41") }
    }

    @Test("search permission is needed on every directory, also for ..")
    func searchPermission() throws {
        let root = try Fixture()
        try root.mkdir("/shut", 0o700)
        try root.mkdir("/shut/open", 0o777)
        try root.make("/shut/open/file", "x")
        let user = root.asUser(1000)
        #expect(throws: Errno.permissionDenied) { _ = try user.status("/shut/open/file") }
        #expect(throws: Errno.permissionDenied) { _ = try user.status("/shut/open/../..") }
        #expect(try root.read("/shut/open/file") == "x")
    }

    @Test("the working directory has a path, also after a rename and not after its removal")
    func workingDirectory() throws {
        let tree = try makeTree()
        #expect(try tree.workingDirectory() == "/")
        try tree.files.changeDirectory(to: tree.place("/a/b"))
        #expect(try tree.workingDirectory() == "/a/b")
        #expect(try tree.read("file") == "contents")
        #expect(try tree.read("../link") == "contents")
        try tree.rename("/a", "/z")
        #expect(try tree.workingDirectory() == "/z/b")
        try tree.unlink("/z/b/file")
        try tree.rmdir("/z/b")
        #expect(throws: Errno.noEntry) { _ = try tree.workingDirectory() }
        #expect(throws: Errno.noEntry) { try tree.make("new") }
        #expect(try tree.status("..").inode == tree.status("/z").inode)
    }

    @Test("an inode's path follows its name and says when it is gone")
    func pathOfFile() throws {
        let tree = try makeTree()
        let place = try tree.place("/a/b/file")
        #expect(try tree.path(place) == "/a/b/file")
        try tree.rename("/a/b/file", "/moved")
        #expect(try tree.path(place) == "/moved")
        try tree.unlink("/moved")
        #expect(try tree.path(place) == "/moved (deleted)")
    }

    @Test("A name that another file takes over is still the old file's last, also below a directory that is gone")
    func pathOfReplacedFile() throws {
        let tree = try makeTree()
        let place = try tree.place("/a/b/file"), directory = try tree.place("/a/b")
        try tree.make("/new", "contents")
        try tree.rename("/new", "/a/b/file")
        #expect(try tree.path(place) == "/a/b/file (deleted)")
        #expect(try tree.path(tree.place("/a/b/file")) == "/a/b/file")
        try tree.unlink("/a/b/file")
        for entry in try tree.names("/a/b") where entry != "." && entry != ".." { try tree.unlink("/a/b/" + entry) }
        try tree.files.removeDirectory(Array("/a/b".utf8).span)
        #expect(try tree.path(directory) == "/a/b (deleted)")
        #expect(try tree.path(place) == "/a/b/file (deleted)")
    }

    @Test("chroot is the end of the way up")
    func changedRoot() throws {
        let tree = try makeTree()
        try tree.files.changeRoot(to: tree.place("/a"))
        try tree.files.changeDirectory(to: tree.place("/"))
        #expect(try tree.read("/b/file") == "contents")
        #expect(try tree.read("/../../b/file") == "contents")
        #expect(try tree.workingDirectory() == "/")
        #expect(throws: Errno.noEntry) { _ = try tree.status("/a") }
        #expect(throws: Errno.notPermitted) {
            let user = tree.asUser(5)
            try user.files.changeRoot(to: user.place("/"))
        }
    }

    @Test("a mount covers a directory, and .. leaves it")
    func mounts() throws {
        let tree = try makeTree()
        let other = RamVolume(device: .anonymous(2), pageLimit: 10, inodeLimit: 10)
        let before = try tree.status("/a/b")
        try tree.files.mount(other, at: tree.place("/a/b"), [], source: Array("tmpfs".utf8).span)
        #expect(throws: Errno.noEntry) { _ = try tree.read("/a/b/file") }
        try tree.make("/a/b/inside", "here")
        #expect(try tree.read("/a/b/../b/inside") == "here")
        #expect(try tree.status("/a/b").device != before.device)
        #expect(try tree.path(tree.place("/a/b/inside")) == "/a/b/inside")
        #expect(throws: Errno.resourceBusy) { try tree.rmdir("/a/b") }
        #expect(throws: Errno.resourceBusy) { try tree.rename("/a/b", "/c") }
        #expect(throws: Errno.improperLink) { try tree.rename("/a/b/inside", "/c") }
        #expect(throws: Errno.improperLink) { try tree.link("/a/b/inside", "/c") }
        #expect(try tree.names("/a").contains("b"))
        try tree.files.unmount(tree.place("/a/b"))
        #expect(try tree.read("/a/b/file") == "contents")
        #expect(throws: Errno.invalidArgument) { try tree.files.unmount(tree.place("/a/b")) }
        #expect(throws: Errno.notPermitted) { try tree.asUser(7).files.unmount(tree.place("/")) }
    }

    @Test("a read-only mount refuses changes")
    func readOnly() throws {
        let tree = try makeTree()
        let other = RamVolume(device: .anonymous(3), pageLimit: 10, inodeLimit: 10)
        try tree.mkdir("/ro")
        try tree.files.mount(other, at: tree.place("/ro"), .readOnly, source: Array("x".utf8).span)
        #expect(throws: Errno.readOnlyFileSystem) { try tree.make("/ro/f") }
        #expect(throws: Errno.readOnlyFileSystem) { try tree.mkdir("/ro/d") }
        #expect(throws: Errno.readOnlyFileSystem) { try tree.access("/ro", .write) }
        #expect(throws: Errno.readOnlyFileSystem) {
            try tree.files.setPermissions(of: tree.place("/ro"), to: Permissions(rawValue: 0))
        }
    }
}
