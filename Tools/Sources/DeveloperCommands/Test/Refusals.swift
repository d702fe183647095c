// SPDX-License-Identifier: Apache-2.0

// What `apus run` refuses before a machine is started: each row is a command with something wrong, the exit status that
// sysexits.h has for it, and words that its message must have: what, why, and what to do. Nothing half-made may stay.

internal import ByteCodec
internal import Glibc
internal import HostSystem

/// The refusals of the tool.
struct Refusals {
    /// One command.
    struct Row {
        let name: String
        let arguments: [String]
        /// The exit status.
        let status: Int32
        /// What the message must say.
        let words: [String]
        /// Folders in PATH instead of the usual ones.
        var path: String?
        /// Another place for the cache.
        var cache: FilePath?
        var asker = GuestRunner.Asker.ourselves
    }

    let runner: GuestRunner
    let scratch: ScratchFolder
    private let work: FilePath
    private let cache: FilePath

    /// Makes the folder that the commands run in, with everything that is wrong in it.
    ///
    /// - Parameter program: a static program to derive wrong ones from.
    init(_ runner: GuestRunner, program: FilePath) throws {
        self.runner = runner
        scratch = try ScratchFolder()
        work = scratch.path.appending("work")
        cache = scratch.path.appending("cache")
        let good = try HostFile.contents(program)
        let kernel = try HostFile.contents(runner.kernelImage)
        func changed(_ bytes: [UInt8], _ offset: Int, _ new: [UInt8]) -> [UInt8] {
            Array(bytes[..<offset]) + new + Array(bytes[(offset + new.count)...])
        }
        let files: [(name: String, contents: [UInt8], mode: UInt32)] = [
            ("good", good, 0o755), ("plain", good, 0o644), ("secret", good, 0o111),
            ("text", Array("hello\n".utf8), 0o755), ("empty", [], 0o755),
            ("arm", changed(good, 18, [183, 0]), 0o755), ("small", changed(good, 4, [1]), 0o755),
            ("big-endian", changed(good, 5, [2]), 0o755), ("object", changed(good, 16, [1, 0]), 0o755),
            ("cut", Array(good[..<4096]), 0o755), ("stub", Array(good[..<80]), 0o755),
            ("dynamic", Self.naming("/no/such/linker.so", in: good), 0o755),
            ("script", Array("#!/no/such/interpreter\n".utf8), 0o755), ("nameless", Array("#!\n".utf8), 0o755),
            ("kernel-9", changed(kernel, try Self.note(in: kernel) + 4, [9, 0, 0, 0, 9]), 0o644),
            ("kernel-cut", Array(kernel[..<200_000]), 0o644), ("kernel-arm", changed(kernel, 18, [183, 0]), 0o644),
            ("archive.gz", [0x1f, 0x8b, 8, 0], 0o644), ("archive-cut", Array("070701000000".utf8), 0o644),
            ("old/qemu-system-x86_64", Array("#!/bin/sh\necho QEMU emulator version 6.2.0\n".utf8), 0o755),
            ("mute/qemu-system-x86_64", Array("#!/bin/sh\nexit 1\n".utf8), 0o755),
        ]
        for file in files {
            let path = work.appending(FilePath(file.name))
            try HostFile.createDirectories(path.parent)
            try HostFile.writeAtomically(path, mode: file.mode) { try $0.write(file.contents) }
        }
        try HostFile.createDirectories(work.appending("nothing"))
        try HostFile.createDirectories(work.appending("locked"))
        _ = work.appending("locked").withCString { chmod($0, 0o555) }
        _ = work.appending("socket").withCString { mknod($0, S_IFSOCK | 0o644, 0) }
        for (name, size) in [("terabyte", 1 << 40), ("hole", 7 << 29)] {
            try HostFile.writeAtomically(work.appending(FilePath(name))) { _ = ftruncate($0.number, size) }
        }
    }

    /// The program with a dynamic linker, named in place of what it says about its stack.
    private static func naming(_ linker: String, in program: [UInt8]) -> [UInt8] {
        var bytes = program
        for header in stride(from: 64, to: 64 + 56 * Int(program[56]), by: 56)
        where program[header..<header + 4].elementsEqual([0x51, 0xe5, 0x74, 0x64]) {
            bytes.replaceLittleEndian(at: header, with: UInt32(3))
            bytes.replaceLittleEndian(at: header + 8, with: UInt64(program.count))
            bytes.replaceLittleEndian(at: header + 32, with: UInt64(linker.utf8.count + 1))
        }
        return bytes + Array(linker.utf8) + [0]
    }

    /// Where the description of the image's note is.
    private static func note(in kernel: [UInt8]) throws(ToolError) -> Int {
        // Type 1, "Apus", and its NUL with the padding.
        let mark: [UInt8] = [1, 0, 0, 0, 0x41, 0x70, 0x75, 0x73, 0, 0, 0, 0]
        for start in 0..<min(4096, kernel.count - mark.count)
        where kernel[start..<start + mark.count].elementsEqual(mark) {
            return start + mark.count
        }
        throw ToolError(.software, "cannot test refusals", why: "the kernel image has no note")
    }

    private var rows: [Row] {
        func program(_ name: String, _ status: Int32, _ words: [String], options: [String] = []) -> Row {
            Row(name: name, arguments: options + ["--", "./" + name], status: status, words: words)
        }
        let good = ["--", "./good"]
        return [
            program("text", 65, ["neither an ELF program nor a script", "begin it with #!"]),
            program("empty", 65, ["it is no program: only 0 bytes"]),
            program("arm", 65, ["for AArch64, not for x86-64", "use the x86-64 build"]),
            program("small", 65, ["32-bit program", "use the x86-64 build"]),
            program("big-endian", 65, ["big-endian"]),
            program("object", 65, ["object file", "link it first"]),
            program("cut", 65, ["reaches behind the end of the file", "copy or download it again"]),
            program("stub", 65, ["program headers are damaged or cut off"]),
            program("script", 66, ["/no/such/interpreter does not exist", "put it in with -v"]),
            program("nameless", 65, ["names no interpreter"]),
            program("plain", 66, ["not marked as executable", "chmod +x"]),
            program("missing", 66, ["there is no such file"]),
            program("nothing", 65, ["it is a folder", "without the dashes"]),
            program("socket", 65, ["not a regular file"]),
            Row(name: "not in PATH", arguments: ["--", "surely-no-such-program"], status: 66, words: ["in PATH"]),
            program("dynamic", 66, ["its dynamic linker /no/such/linker.so does not exist"]),
            Row(
                name: "no QEMU", arguments: good, status: 69, words: ["not in PATH", "apt-get install"],
                path: "/nothing"),
            Row(
                name: "old QEMU", arguments: good, status: 69,
                words: ["QEMU 6.2, and 7.0 is needed", "apt-get install"],
                path: work.appending("old").description),
            Row(
                name: "mute QEMU", arguments: good, status: 69, words: ["does not tell its version"],
                path: work.appending("mute").description),
            Row(
                name: "too little memory", arguments: ["-M", "1M"] + good, status: 64, words: ["1M of memory", "-M "]),
            Row(name: "no amount", arguments: ["-M", "lots"] + good, status: 64, words: ["lots", "-M"]),
            Row(
                name: "more memory than the host has", arguments: ["-M", "1024G"] + good, status: 71,
                words: ["the host refuses the memory", "give it less with -M"]),
            Row(
                name: "a terabyte", arguments: ["-v", "terabyte:/x"] + good, status: 65,
                words: ["it has 1048576M", "end at 4 GiB"]),
            Row(
                name: "files beyond the machine", arguments: ["-v", "hole:/x"] + good, status: 64,
                words: ["end at 3072M", "name less with -v"]),
            Row(
                name: "files beyond -M", arguments: ["-v", "hole:/x", "-M", "64M"] + good, status: 64,
                words: ["64M of memory", "-M "]),
            Row(name: "a socket", arguments: ["-v", "socket:/x"] + good, status: 65, words: ["it is a socket"]),
            Row(
                name: "outputs that cannot be written", arguments: ["-v", "./locked:/x:out"] + good, status: 73,
                words: ["nothing may be written to", "ls -ld"], asker: .somebody),
            Row(
                name: "a cache that cannot be made", arguments: good, status: 73,
                words: ["cannot write /proc/apus", "XDG_CACHE_HOME"], cache: "/proc"),
            Row(
                name: "QEMU's refusal", arguments: ["--qemu-arg", "-bogus"] + good, status: 64,
                words: ["-bogus: invalid option", "--dry-run"]),
            Row(name: "no processor", arguments: ["-c", "-1"] + good, status: 64, words: ["it needs one"]),
            Row(
                name: "a user's name", arguments: ["-u", "root"] + good, status: 64, words: ["root is 0:0 on this host"]
            ),
            Row(name: "a group's name", arguments: ["-u", "1:root"] + good, status: 64, words: ["group root is 0 on"]),
            Row(
                name: "no time", arguments: ["--timeout", "-1"] + good, status: 64,
                words: ["no number of seconds above 0"]),
            Row(name: "no port", arguments: ["--gdb", "99999"] + good, status: 64, words: ["ports 1 to 65535"]),
            Row(
                name: "a relative folder", arguments: ["-w", "here"] + good, status: 64,
                words: ["\"here\" begins with no"]),
            Row(
                name: "a long name", arguments: ["--hostname", String(repeating: "n", count: 65)] + good, status: 64,
                words: ["1 to 64 bytes", "not 65"]),
            Row(
                name: "a relative place", arguments: ["-v", "good:x"] + good, status: 64,
                words: ["must begin with a slash"]),
            Row(
                name: "too many colons", arguments: ["-v", "a:/b:c:d"] + good, status: 64,
                words: ["PATH:DEST:out", "\\:"]),
            Row(name: "too many processors", arguments: ["-c", "65"] + good, status: 64, words: ["64"]),
            Row(name: "unknown option", arguments: ["--bogus"] + good, status: 64, words: ["--bogus"]),
            Row(
                name: "unknown word", arguments: ["--kernel-arg", "apus.bogus"] + good, status: 64,
                words: ["apus.bogus"]),
            Row(name: "no volume", arguments: ["-v", "no-such-folder"] + good, status: 66, words: ["no-such-folder"]),
            Row(
                name: "unreadable program", arguments: ["--", "./secret"], status: 66,
                words: ["cannot read", "secret: Permission denied", "ls -l"], asker: .somebody),
            Row(
                name: "unreadable volume", arguments: ["-v", "./secret:/x"] + good, status: 66,
                words: ["cannot read", "secret: Permission denied", "ls -l"], asker: .somebody),
            Row(
                name: "unreadable root", arguments: ["--rootfs", "secret"] + good, status: 66,
                words: ["cannot read", "secret: Permission denied", "ls -l"], asker: .somebody),
            Row(
                name: "a volume that fails", arguments: ["-v", "/proc/self/mem:/x"] + good, status: 74,
                words: ["cannot read", "/mem: Input/output error"]),
            Row(name: "no root", arguments: ["--rootfs", "no-such-root"] + good, status: 66, words: ["no-such-root"]),
            Row(
                name: "compressed root", arguments: ["--rootfs", "archive.gz"] + good, status: 65, words: ["gzip -dc"]),
            Row(name: "cut root", arguments: ["--rootfs", "archive-cut"] + good, status: 65, words: ["archive-cut"]),
            Row(name: "no kernel", arguments: ["--kernel", "missing"] + good, status: 66, words: ["missing"]),
            Row(
                name: "a kernel that is text", arguments: ["--kernel", "text"] + good, status: 65,
                words: ["not a kernel image", "apus build"]),
            Row(
                name: "a kernel that is a program", arguments: ["--kernel", "good"] + good, status: 65,
                words: ["not a kernel image of Apus", "apus build"]),
            Row(
                name: "a kernel that is cut", arguments: ["--kernel", "kernel-cut"] + good, status: 65,
                words: ["not a kernel image"]),
            Row(
                name: "a kernel for another processor", arguments: ["--kernel", "kernel-arm"] + good, status: 65,
                words: ["AArch64"]),
            Row(
                name: "a kernel of another version", arguments: ["--kernel", "kernel-9"] + good, status: 65,
                words: ["boot records of version 9 to 9", "the apus that belongs to it"]),
        ]
    }

    /// Runs all commands.
    func run(isChosen: (String) -> Bool, _ count: inout TestCount) throws {
        let before = try listing(work)
        for row in rows where isChosen("refusals/" + row.name) {
            let capture = try runner.startTool(
                ["run", "--accel", "tcg"] + row.arguments, directory: work, cache: row.cache ?? cache, path: row.path,
                asker: row.asker
            ).finish()
            count.record("refusals/" + row.name, try verdict(row, capture, before))
        }
    }

    private func verdict(_ row: Row, _ capture: CapturedProcess.Capture, _ before: [String]) throws -> String? {
        let said = "\n    " + capture.errorText.split(separator: "\n").joined(separator: "\n    ")
        guard capture.status == row.status else { return "status \(capture.status), not \(row.status)" + said }
        for word in row.words where !capture.errorText.includes(word) { return "does not say \"\(word)\"" + said }
        guard capture.output.isEmpty else { return "writes to standard output" }
        let after = try listing(work)
        guard after == before else { return "leaves behind \(after.filter { !before.contains($0) })" }
        let half = try listing(cache).filter { $0.hasSuffix(".new") }
        return half.isEmpty ? nil : "leaves behind \(half)"
    }

    private func listing(_ folder: FilePath) throws -> [String] {
        guard HostFile.exists(folder) else { return [] }
        return try ChildProcess.run("/usr/bin/find", [folder.description]).text.split(separator: "\n").map(String.init)
            .sorted()
    }
}
