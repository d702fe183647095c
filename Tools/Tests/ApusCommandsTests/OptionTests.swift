// SPDX-License-Identifier: Apache-2.0

// What the command line promises: sizes, volumes and ids as documented, unknown words refused, dashes passed through.

import ArgumentParser
import BootProtocols
import ByteCodec
import HostSystem
import Testing

@testable import ApusCommands

@Suite("Options of apus run")
struct OptionTests {
    @Test(
        "Sizes are numbers with K, M or G",
        arguments: [
            ("64", 65536), ("64M", 65536), ("64Mi", 65536), ("64MiB", 65536), ("1g", 1 << 20), ("1536K", 1536),
            ("1024G", 1 << 30),
        ] as [(String, UInt64)])
    func sizes(text: String, kibibytes: UInt64) {
        #expect((try? MemorySize(argument: text))?.kibibytes == kibibytes)
    }

    @Test(
        "Other sizes are refused",
        arguments: ["", "0", "M", "-1", "1.5G", "64X", "64 M", "1025G", "99999999999999999999"])
    func badSizes(text: String) {
        #expect(throws: OptionProblem.self) { try MemorySize(argument: text) }
    }

    @Test("Volumes are PATH[:DEST[:out]]")
    func volumes() throws {
        let plain = try Volume(argument: "data")
        #expect(plain.guestPath(from: "/work") == "/work/data" && plain.direction == .into)
        let moved = try Volume(argument: "data:/srv/./x")
        #expect(moved.guestPath(from: "/work") == "/srv/x")
        #expect(try Volume(argument: "data:/srv:out").direction == .intoAndBack)
        let back = try Volume(argument: "../data::out")
        #expect(back.guestPath(from: "/work") == "/data" && back.direction == .intoAndBack)
        for text in ["", ":/x", "a:b", "a:/b:in", "a:/b:out:more", "a:"] {
            #expect(throws: OptionProblem.self, "\(text)") { try Volume(argument: text) }
        }
    }

    @Test("A colon in a path has a backslash, and bytes that are not UTF-8 stay")
    func unusualVolumes() throws {
        let colons = try Volume(argument: "a\\:b:/c\\:d:out")
        #expect(colons.source == "a:b" && colons.destination == "/c:d" && colons.direction == .intoAndBack)
        #expect(try Volume(argument: "C\\x:/y").source == "C\\x")
        let bytes: [UInt8] = [0xff, 0x3a, 0x2f, 0xcc, 0x81]
        let volume = try Volume(argument: ByteText.text(bytes))
        #expect(volume.source.bytes == [0xff] && volume.destination?.bytes == [0x2f, 0xcc, 0x81])
    }

    @Test("Every byte of -e and of the program's words arrives")
    func bytes() throws {
        let run = try Run.parse([
            "-e", ByteText.text([0x41, 0x3d, 0xff]), "-w", ByteText.text([0x2f, 0xfe]), "--", "x",
        ])
        #expect(run.environmentVariables().contains([0x41, 0x3d, 0xff]))
        let bytes = run.record("/x", [[0xff]], []).bytes
        var reader = try BootRecordReader(bytes.rawBytes)
        var directory: [UInt8]?
        while let item = try reader.next() {
            if case .workingDirectory(let path) = item { directory = Array(bytes[path]) }
        }
        #expect(directory == [0x2f, 0xfe])
    }

    @Test("Ids are UID[:GID]")
    func users() throws {
        #expect(try UserIdentity(argument: "1000") == UserIdentity(userID: 1000, groupID: 0))
        #expect(try UserIdentity(argument: "1000:100") == UserIdentity(userID: 1000, groupID: 100))
        for text in ["", "root", "1:", ":1", "1:2:3", "4294967295", "-1"] {
            #expect(throws: OptionProblem.self) { try UserIdentity(argument: text) }
        }
        // What a name stands for here is said, so that the number can be typed.
        #expect { try UserIdentity(argument: "root") } throws: { "\($0)".contains("root is 0:0 on this host") }
    }

    @Test("QEMU's words may begin with a dash, and the program's options are its own")
    func passThrough() throws {
        let run = try Run.parse([
            "--qemu-arg", "-icount", "--qemu-arg", "shift=1,sleep=off", "-M", "1G", "--", "prog", "--help", "-M",
        ])
        #expect(run.qemuArguments == ["-icount", "shift=1,sleep=off"])
        #expect(run.command == ["prog", "--help", "-M"])
        #expect(run.memory?.kibibytes == 1 << 20)
    }

    @Test(
        "Unknown and wrong words are refused",
        arguments: [
            ["--bogus", "--", "x"], ["-M", "lots", "--", "x"], ["--machine", "pc", "--", "x"],
            ["--accel", "hvf", "--", "x"],
            ["--timeout", "0", "--", "x"], ["--timeout", "-1", "--", "x"], ["--timeout", "x", "--", "x"],
            ["--timeout", "inf", "--", "x"], ["--gdb", "99999", "--", "x"], ["--gdb", "0", "--", "x"],
            ["-w", "relative", "--", "x"], ["--hostname", "", "--", "x"], ["a", "b"],
        ])
    func refusals(words: [String]) {
        #expect(throws: (any Error).self) { try Run.parse(words) }
    }

    @Test("--gdb has a default port")
    func debugger() {
        #expect(normalizedArguments(["run", "--gdb", "--", "x"]) == ["run", "--gdb", "1234", "--", "x"])
        #expect(normalizedArguments(["run", "--gdb", "99", "--", "--gdb"]) == ["run", "--gdb", "99", "--", "--gdb"])
        #expect(normalizedArguments(["run", "--gdb", "99999"]) == ["run", "--gdb", "99999"])
        #expect(normalizedArguments(["run", "--gdb"]) == ["run", "--gdb", "1234"])
    }

    @Test("A number of processors that no machine has is refused with the reason", arguments: ["0", "65", "-1"])
    func processors(_ count: String) throws {
        var run = try Run.parse(["--cpus=\(count)", "--", "x"])
        do {
            try run.run()
            Issue.record("accepted")
        } catch let error as ToolError {
            #expect(error.status == .usage && !error.why.isEmpty)
        }
    }

    @Test("The environment is docker's defaults, changed by -e in order")
    func environment() throws {
        let run = try Run.parse([
            "-e", "A=1", "-e", "PATH=/x", "-e", "A=2", "-e", "SURELY_NOT_SET_HERE", "-u", "5", "--", "x",
        ])
        let variables = run.environmentVariables().map { String(decoding: $0, as: UTF8.self) }
        #expect(variables.filter { $0.hasPrefix("A=") } == ["A=2"])
        #expect(variables.contains("PATH=/x") && variables.contains("HOME=/") && variables.contains("HOSTNAME=apus"))
        #expect(!variables.contains { $0.hasPrefix("SURELY") })
    }

    @Test("The boot record says what the options say")
    func record() throws {
        let run = try Run.parse(["-w", "/work/", "-u", "7:8", "--strace", "--hostname", "h", "--", "x"])
        let bytes = run.record("/bin/x", [Array("x".utf8), Array("-y".utf8)], [Array("A=b".utf8)]).bytes
        var reader = try BootRecordReader(bytes.rawBytes)
        var items: [BootRecordItem] = []
        while let item = try reader.next() { items.append(item) }
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        for item in items {
            switch item {
            case .program(let path): #expect(text(path) == "/bin/x")
            case .arguments(let words): #expect(text(words) == "x\0-y\0")
            case .environment(let words): #expect(text(words) == "A=b\0")
            case .workingDirectory(let path): #expect(text(path) == "/work")
            case .identity(let user, let group, let others): #expect(user == 7 && group == 8 && others.isEmpty)
            case .hostname(let name): #expect(text(name) == "h")
            case .streams, .fileModeMask(0o022), .trace(.systemCalls): break
            default: Issue.record("unexpected \(item)")
            }
        }
        #expect(items.count == 9)
    }

    @Test(
        "Words are quoted for a shell only where they must be",
        arguments: [("a-b=/c,d", "a-b=/c,d"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''")])
    func quoting(word: String, expected: String) {
        #expect(shellQuoted(word) == expected)
    }
}
