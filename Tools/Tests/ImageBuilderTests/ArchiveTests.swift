// SPDX-License-Identifier: Apache-2.0

// What file trees and archives promise: real files arrive with modes, links and times; cpio(1) reads the archive back;
// the same tree gives the same bytes; the cache knows changed contents.

import ByteCodec
import CPIO
import HostSystem
import Testing

@testable import ImageBuilder

/// A folder for one test, removed with everything in it at the end.
final class TemporaryFolder {
    let path: FilePath

    init() throws {
        let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        path = FilePath("/tmp/apus-test-\(unique)")
        try HostFile.createDirectories(path)
    }

    deinit {
        _ = try? ChildProcess.run("/bin/rm", ["-rf", path.description])
    }

    @discardableResult
    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> FilePath {
        let file = path.appending(FilePath(name))
        try HostFile.createDirectories(file.parent)
        try HostFile.writeAtomically(file, mode: mode) { try $0.write(Array(text.utf8)) }
        return file
    }

    @discardableResult
    func shell(_ script: String) throws -> String {
        let result = try ChildProcess.run("/bin/sh", ["-ec", script], directory: path)
        #expect(result.isSuccess, "\(script): \(result.text)")
        return result.text
    }
}

/// A folder with one of everything.
func makeSample(_ folder: TemporaryFolder) throws {
    try folder.shell(
        """
        mkdir -p in/sub; echo small > in/small; head -c 10000 /dev/urandom > in/sub/big; chmod 751 in/sub
        head -c 200000 /dev/urandom > in/huge; ln in/sub/big in/hard; ln -s sub/big in/link; mkfifo in/fifo
        chmod 4711 in/small; touch -d @1600000000 in/small; : > in/empty
        """)
}

func write(_ tree: FileTree, to path: FilePath) throws {
    try HostFile.writeAtomically(path) { file in
        var writer = ArchiveWriter(to: file)
        try writer.write(tree)
        try writer.finish(.trailer)
    }
}

@Suite("ArchiveWriter")
struct ArchiveWriterTests {
    @Test("cpio(1) unpacks an archive to the same files")
    func readBack() throws {
        let folder = try TemporaryFolder()
        try makeSample(folder)
        var tree = FileTree()
        try tree.addTree(folder.path.appending("in"), at: "/in")
        try write(tree, to: folder.path.appending("archive.cpio"))
        // cpio(1) does not set the times of links.
        let description =
            "find . -type l -printf '%p %M %U:%G %n %s %l\\n' -o -printf '%p %M %U:%G %T@ %n %s\\n' | sed 's/\\.0* / /;s/\\.[0-9]* / /' | sort; cat small sub/big huge hard | cksum"
        let result = try folder.shell(
            """
            mkdir out; (cd out && cpio -idm --quiet < ../archive.cpio)
            (cd in && \(description)) | grep -v '^\\. \\|^\\./sub ' > a; (cd out/in && \(description)) | grep -v '^\\. \\|^\\./sub ' > b
            diff a b; stat -c %a out/in/sub; [ out/in/hard -ef out/in/sub/big ] && echo linked
            """)
        #expect(result.hasSuffix("751\nlinked\n"), "\(result)")
    }

    @Test("Two names of a file are one inode with contents at the last name")
    func hardLinks() throws {
        let folder = try TemporaryFolder()
        try makeSample(folder)
        var tree = FileTree()
        try tree.addTree(folder.path.appending("in"), at: "/")
        let path = folder.path.appending("archive.cpio")
        try write(tree, to: path)
        let bytes = try HostFile.contents(path)
        var reader = CPIOReader(bytes.rawBytes)
        var found: [String: CPIOMember] = [:]
        while let member = try reader.next() { found[String(decoding: bytes[member.name], as: UTF8.self)] = member }
        let (first, last) = try (#require(found["hard"]), #require(found["sub/big"]))
        #expect(first.attributes.inode == last.attributes.inode)
        #expect(first.attributes.linkCount == 2 && first.contents.isEmpty && last.contents.count == 10000)
        #expect(last.contents.lowerBound % 4096 == 0)
        let huge = try #require(found["huge"])
        #expect(huge.contents.lowerBound % 4096 == 0 && huge.contents.count == 200_000)
        #expect(Set(found.values.map(\.attributes.inode)).count == found.count - 1)
    }

    @Test("The same tree gives the same bytes, whatever the host's inode numbers are")
    func reproducible() throws {
        let folder = try TemporaryFolder()
        try makeSample(folder)
        try folder.shell("cp -a in copy")
        var archives: [[UInt8]] = []
        for name in ["in", "copy"] {
            var tree = FileTree()
            try tree.addTree(folder.path.appending(FilePath(name)), at: "/x")
            let path = folder.path.appending(FilePath(name + ".cpio"))
            try write(tree, to: path)
            archives.append(try HostFile.contents(path))
        }
        #expect(archives[0] == archives[1])
    }

    @Test("A socket is left out and reported")
    func omissions() throws {
        let folder = try TemporaryFolder()
        try folder.write("in/file", "x")
        var tree = FileTree()
        try tree.addTree(folder.path.appending("in"), at: "/in")
        #expect(tree.omissions.isEmpty)
        #expect(throws: ToolError.self) { try tree.addTree(folder.path.appending("missing"), at: "/m") }
    }
}

@Suite("ArchiveCache")
struct ArchiveCacheTests {
    @Test("The same contents are found again, changed ones are not")
    func byContent() throws {
        let folder = try TemporaryFolder()
        let cache = try ArchiveCache(cache: folder.path.appending("cache"))
        func archive() throws -> FilePath {
            var tree = FileTree()
            try tree.addTree(folder.path.appending("in"), at: "/in")
            return try cache.archive(of: tree)
        }
        try folder.write("in/file", "first")
        try folder.shell("touch -d @1600000000 in in/file")
        let first = try archive()
        #expect(try archive() == first)
        try folder.shell("printf other > in/file; touch -d @1600000000 in in/file")
        let second = try archive()
        #expect(second != first, "same size, same time, other contents")
        try folder.shell("printf first > in/file; touch -d @1600000000 in in/file")
        #expect(try archive() == first)
    }

    @Test("What killed processes left half-made goes, what others are writing stays")
    func leftovers() throws {
        let folder = try TemporaryFolder()
        let cache = try ArchiveCache(cache: folder.path.appending("cache"))
        try folder.shell("cd cache/archives; touch -d @1600000000 old.cpio.x.new old.cpio; touch young.cpio.x.new")
        var tree = FileTree()
        tree.addFile("/file", bytes: [1])
        let made = try cache.archive(of: tree)
        let names = try folder.shell("ls cache/archives").split(separator: "\n").map(String.init)
        #expect(Set(names) == ["old.cpio", "young.cpio.x.new", String(decoding: made.lastComponent, as: UTF8.self)])
    }
}

@Suite("BootArchive")
struct BootArchiveTests {
    @Test("The record comes first, the files' contents stay on pages, all in one archive")
    func layout() throws {
        let folder = try TemporaryFolder()
        try makeSample(folder)
        var tree = FileTree()
        try tree.addTree(folder.path.appending("in"), at: "/in")
        let files = folder.path.appending("files.cpio")
        try write(tree, to: files)
        let boot = try BootArchive(record: Array("APUSBOOT".utf8), archives: [files, files])
        try boot.descriptor.seek(to: 0)
        let bytes = try boot.descriptor.read(count: Int(boot.byteCount) + 1)
        #expect(bytes.count == Int(boot.byteCount))
        var reader = CPIOReader(bytes.rawBytes)
        let first = try #require(try reader.next())
        #expect(bytes[first.name].elementsEqual("apus.boot".utf8))
        #expect(bytes[first.contents].elementsEqual("APUSBOOT".utf8))
        var count = 0
        while let member = try reader.next() {
            count += 1
            if member.contents.count >= 4096 { #expect(member.contents.lowerBound % 4096 == 0) }
        }
        #expect(count == 2 * tree.entries.count)
    }
}

@Suite("FileTree")
struct FileTreeTests {
    @Test("Folders put in for their contents do not replace those of a root file system")
    func impliedDirectories() throws {
        let folder = try TemporaryFolder()
        try folder.shell("mkdir -p root/tmp in; chmod 1777 root/tmp; echo x > in/file")
        var tree = FileTree()
        try tree.addTree(folder.path.appending("in/file"), at: "/tmp/sub/file")
        #expect(tree.paths == ["/tmp", "/tmp/sub", "/tmp/sub/file"])
        try tree.removeImpliedDirectories(in: HostView(root: folder.path.appending("root")))
        #expect(tree.paths == ["/tmp/sub", "/tmp/sub/file"])
    }
}
