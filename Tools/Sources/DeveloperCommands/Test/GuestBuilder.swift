// SPDX-License-Identifier: Apache-2.0

// Builds the C programs of the guest tests, once per content: case files and helper programs, each with musl and glibc.

internal import HostSystem

/// A way to build a program.
struct GuestLibrary: Sendable {
    /// "musl", "glibc", "glibc-pie".
    let name: String
    let compiler: String
    let options: [String]
    /// What the compiler checks, and how it optimises.
    var warnings = [
        "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-nonnull", "-Wno-array-bounds", "-Wno-infinite-recursion",
    ]

    static let musl = GuestLibrary(name: "musl", compiler: "musl-gcc", options: ["-static"])
    static let glibc = GuestLibrary(name: "glibc", compiler: "gcc", options: ["-static"])
    static let glibcPIE = GuestLibrary(name: "glibc-pie", compiler: "gcc", options: ["-static-pie"])
    static let all = [musl, glibc, glibcPIE]
}

/// Builds guest programs into `.build-guest`.
struct GuestBuilder {
    let sources: FilePath
    let output: FilePath

    init(root: FilePath) throws {
        sources = root.appending("Tests/Guest")
        output = root.appending(".build-guest")
        do throws(SystemCallError) { try HostFile.createDirectories(output) } catch { throw error.writing(output) }
    }

    /// The names of the C files in a folder of the sources, without ".c".
    func names(in folder: FilePath) throws -> [String] {
        try HostFile.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasSuffix(".c") }.map { String($0.dropLast(2)) }
    }

    /// Builds a file with a library; what exists with the same sources and options stays.
    func build(_ source: FilePath, _ library: GuestLibrary) throws -> FilePath {
        guard let compiler = Environment.executable(named: library.compiler) else {
            throw ToolError(
                .unavailable, "cannot build \(source)", why: "\(library.compiler) is not installed",
                remedy: "run: make setup")
        }
        let options = library.options + library.warnings + ["-pthread"]
        var digest = SHA256()
        digest.update(Array(options.joined(separator: " ").utf8))
        digest.update(try HostFile.contents(source))
        let headers = [sources.appending("case.h"), sources.appending("texts.h")]
        for header in headers + [source.parent.appending("qemu_plugin.h"), source.parent.appending("plugin_output.h")] {
            if let text = try? HostFile.contents(header) { digest.update(text) }
        }
        let name = String(decoding: source.lastComponent.dropLast(2), as: UTF8.self) + "-" + library.name
        let program = output.appending(FilePath("\(name)-\(digest.hexadecimal().prefix(12))"))
        if HostFile.isExecutable(program) { return program }
        for old in try HostFile.names(in: output) where old.starts(with: Array((name + "-").utf8)) {
            if old.count == name.utf8.count + 13 { HostFile.remove(output.appending(FilePath(bytes: old))) }
        }
        let result = try ChildProcess.run(compiler, options + ["-o", program.description, source.description])
        guard result.isSuccess else {
            throw ToolError(.badData, "cannot build \(source)", why: "\(library.compiler) says:\n\(result.text)")
        }
        return program
    }
}
