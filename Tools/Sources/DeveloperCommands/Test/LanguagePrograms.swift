// SPDX-License-Identifier: Apache-2.0

// Programs of Tests/Guest/Languages: what other compilers than C's make, and libraries that are linked to. Each is built
// when a row names it, as %go or %swift-static.

internal import HostSystem

/// A program and how it is built.
struct LanguageProgram: Sendable {
    /// What rows call it.
    let name: String
    /// The file of Tests/Guest/Languages.
    let source: String
    let compiler: String
    /// The compiler's words; SOURCE and PROGRAM stand for paths.
    let words: [String]

    static let all = [
        LanguageProgram(
            name: "go", source: "hello.go", compiler: "go", words: ["build", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(name: "d", source: "hello.d", compiler: "gdc", words: ["-O", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "d-static", source: "hello.d", compiler: "gdc",
            words: ["-O", "-static-libphobos", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "rust", source: "hello.rs", compiler: "rustc", words: ["-O", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "rust-static", source: "hello.rs", compiler: "rustc",
            words: ["-O", "-C", "target-feature=+crt-static", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "swift", source: "hello.swift", compiler: "swiftc", words: ["-O", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "swift-static", source: "hello.swift", compiler: "swiftc",
            words: ["-O", "-static-stdlib", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "zmq", source: "queue.c", compiler: "gcc",
            words: ["-O1", "-o", "PROGRAM", "SOURCE", "-lzmq", "-pthread"]
        ),
        LanguageProgram(
            name: "thread-sanitizer", source: "locks.c", compiler: "gcc",
            words: ["-fsanitize=thread", "-o", "PROGRAM", "SOURCE"]),
        LanguageProgram(
            name: "address-sanitizer", source: "locks.c", compiler: "gcc",
            words: ["-fsanitize=address", "-g", "-o", "PROGRAM", "SOURCE"]),
    ]
}

extension GuestBuilder {
    /// Builds a program of another language; what exists with the same source and words stays.
    func build(_ program: LanguageProgram) throws -> FilePath {
        guard let compiler = Environment.executable(named: program.compiler) else {
            throw ToolError(
                .unavailable, "cannot build \(program.source)", why: "\(program.compiler) is not installed",
                remedy: "run: make setup")
        }
        let source = sources.appending("Languages").appending(FilePath(program.source))
        var digest = SHA256()
        digest.update(Array((program.words + [program.compiler]).joined(separator: " ").utf8))
        digest.update(try HostFile.contents(source))
        let path = output.appending(FilePath("\(program.name)-\(digest.hexadecimal().prefix(12))"))
        if HostFile.isExecutable(path) { return path }
        let words = program.words.map { $0 == "PROGRAM" ? path.description : $0 == "SOURCE" ? source.description : $0 }
        let result = try ChildProcess.run(compiler, words)
        guard result.isSuccess else {
            throw ToolError(.badData, "cannot build \(source)", why: "\(program.compiler) says:\n\(result.text)")
        }
        return path
    }
}
