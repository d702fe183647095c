// SPDX-License-Identifier: Apache-2.0

// What HostSystem promises: paths as bytes, the standard digest, files that are whole or not there, children under control.

import HostSystem
import Testing

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

    func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> FilePath {
        let file = path.appending(FilePath(name))
        try HostFile.createDirectories(file.parent)
        try HostFile.writeAtomically(file, mode: mode) { try $0.write(Array(text.utf8)) }
        return file
    }
}

@Suite("FilePath")
struct FilePathTests {
    @Test(
        "Normalising removes dots and slashes and stays inside the root",
        arguments: [
            ("/a//b/./c", "/a/b/c"), ("/a/../../b", "/b"), ("/", "/"), ("a/..", "."), ("../a", "../a"), ("./a/", "a"),
            ("/..", "/"),
        ])
    func normalization(path: String, expected: String) {
        #expect(FilePath(path).lexicallyNormalized == FilePath(expected))
    }

    @Test("An absolute path replaces, a relative one is appended")
    func appending() {
        #expect(FilePath("/a").appending("b") == "/a/b")
        #expect(FilePath("/").appending("b") == "/b")
        #expect(FilePath("/a").appending("/b") == "/b")
    }

    @Test("Names that are not UTF-8 keep their bytes")
    func bytes() {
        let path = FilePath(bytes: [0x2f, 0xff, 0x2f, 0xfe])
        #expect(path.components == [[0xff], [0xfe]])
        #expect(path.parent.bytes == [0x2f, 0xff])
    }

    @Test("A folder sorts before what is in it")
    func order() {
        #expect(["/a/b", "/a", "/a-c"].map { FilePath($0) }.sorted() == ["/a", "/a-c", "/a/b"])
    }
}

@Suite("SHA256")
struct SHA256Tests {
    @Test(
        "The digests are those of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func examples(text: String, digest: String) {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        #expect(hash.hexadecimal() == digest)
    }

    @Test("Pieces give the same digest as the whole")
    func pieces() {
        var pieces = SHA256()
        for _ in 0..<1000 { pieces.update([UInt8](repeating: 0x61, count: 1000)) }
        #expect(pieces.hexadecimal() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}

@Suite("Host files and processes")
struct HostFileTests {
    @Test("A failed write leaves neither the file nor a part of it")
    func atomicity() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SystemCallError.self) {
            try HostFile.writeAtomically(folder.path.appending("x")) { file in
                try file.write(Array("half".utf8))
                throw SystemCallError("test", number: 5)
            }
        }
        #expect(try HostFile.names(in: folder.path).isEmpty)
    }

    @Test("A child gets exactly the descriptors and words that it is given")
    func child() throws {
        let pipe = try Descriptor.pipe()
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo \"$1\" >&5; exit 7", "sh", "a b"],
            descriptors: [nil, nil, nil, nil, nil, pipe.writing])
        #expect(child.wait() == .exited(7))
        #expect(try pipe.reading.read(count: 4) == Array("a b\n".utf8))
    }

    @Test("A program that cannot be started is an error with its reason")
    func cannotStart() {
        #expect(throws: SystemCallError("exec", number: 2)) { try ChildProcess("/nonexistent", []) }
    }

    @Test("Output is collected to its end")
    func output() throws {
        let result = try ChildProcess.run(
            "/bin/sh", ["-c", "i=0; while [ $i -lt 3000 ]; do echo line; i=$((i+1)); done; exit 3"])
        #expect(result.end == .exited(3))
        #expect(result.output.count == 15000)
    }

    @Test("Errors name what, why and what to do, and carry a sysexits status")
    func errors() {
        let error = SystemCallError("open", number: 13).reading("/etc/shadow")
        #expect(error.status == .noInput)
        #expect(
            error.description
                == "apus: cannot read /etc/shadow: Permission denied\n  look at its permissions with: ls -l /etc/shadow"
        )
    }
}
