// SPDX-License-Identifier: Apache-2.0

// From the word that the user typed to the program that the machine runs: PATH, `#!` lines, the ELF header, and for a
// dynamic program its dynamic linker and libraries (SharedLibraries.swift).
// What cannot run is refused here, before a machine is started, with the reason and what to do.
// The kernel reads `#!` lines itself; here their interpreters are found so that they are in the machine.

internal import ByteCodec
public import ELF
public import HostSystem

/// A program found, and every file it needs to start.
public struct ProgramClosure: Sendable {
    /// The path in the machine.
    public let path: FilePath
    /// Folders, links, interpreters, programs and libraries, each in its place.
    public let files: [FilePath]
    /// The scripts and the program itself, as named and without links: what packages are asked for.
    public let programs: [FilePath]
    /// The ELF program at the end of the chain of `#!` lines.
    public let program: ELFProgram
    /// Its dynamic linker; nil for a static program.
    public let dynamicLinker: FilePath?

    /// Finds a program.
    ///
    /// - Parameters:
    ///   - name: as typed; without a slash it is looked up.
    ///   - searchPath: the value of PATH.
    ///   - directory: what a relative path with a slash begins at.
    ///   - libraryPath: the program's LD_LIBRARY_PATH.
    ///   - preloads: the program's LD_PRELOAD.
    public init(
        _ name: FilePath, in view: any FileView, searchPath: [UInt8], directory: FilePath, libraryPath: [UInt8] = [],
        preloads: [UInt8] = []
    ) throws(ToolError) {
        path = try Self.find(name, in: view, searchPath: searchPath, directory: directory)
        var files: [FilePath] = []
        var programs: [FilePath] = []
        var current = path
        // Linux follows four interpreters that are scripts themselves, then gives up with ELOOP.
        for depth in 0...5 {
            guard let resolved = try view.resolve(current) else {
                throw ToolError(
                    .noInput, "cannot run \(path)", why: "its interpreter \(current) does not exist",
                    remedy: "install it, or put it in with -v")
            }
            guard resolved.mode & 0o170000 != 0o040000 else {
                throw ToolError(
                    .badData, "cannot run \(current)", why: "it is a folder",
                    remedy: "name the program in it; a Swift package runs without the dashes: apus run FOLDER")
            }
            guard resolved.mode & 0o170000 == 0o100000 else {
                throw ToolError(.badData, "cannot run \(current)", why: "it is not a regular file")
            }
            for file in resolved.visited where !files.contains(file) { files.append(file) }
            programs += [current, resolved.path]
            let start = try view.contents(resolved.path, 0..<4096)
            guard let interpreter = try Self.interpreter(of: start, current) else {
                program = try Self.judge(start, current, resolved.path, in: view)
                self.programs = programs
                dynamicLinker = try Self.dynamicLinker(of: program, resolved.path, in: view)
                if let dynamicLinker {
                    let libraries = try SharedLibraries(
                        of: resolved.path, interpreter: dynamicLinker, libraryPath: libraryPath, preloads: preloads,
                        in: view)
                    for file in [dynamicLinker] + libraries.files {
                        for step in try view.resolve(file)?.visited ?? [] where !files.contains(step) {
                            files.append(step)
                        }
                    }
                }
                self.files = files
                return
            }
            guard depth < 5 else { break }
            current = interpreter
        }
        throw ToolError(.badData, "cannot run \(path)", why: "its interpreters are scripts, five deep")
    }

    private static func find(
        _ name: FilePath, in view: any FileView, searchPath: [UInt8], directory: FilePath
    ) throws(ToolError) -> FilePath {
        if name.containsSlash {
            let path = directory.appending(name)
            guard let found = try view.resolve(path) else {
                throw ToolError(.noInput, "cannot run \(name)", why: "there is no such file")
            }
            guard found.mode & 0o111 != 0 || found.mode & 0o170000 != 0o100000 else {
                throw ToolError(
                    .noInput, "cannot run \(name)", why: "it is not marked as executable",
                    remedy: "if it is a program: chmod +x \(name)")
            }
            return path.lexicallyKept
        }
        for entry in searchPath.split(separator: UInt8(ascii: ":")) {
            let candidate = FilePath(bytes: entry).appending(name)
            guard candidate.isAbsolute, let found = try view.resolve(candidate) else { continue }
            if found.mode & 0o170000 == 0o100000, found.mode & 0o111 != 0 { return candidate }
        }
        throw ToolError(
            .noInput, "cannot run \(name)", why: "there is no such program in PATH (\(FilePath(bytes: searchPath)))",
            remedy: "install it, or give its path")
    }

    /// The interpreter of a script, nil if it is none. Linux's BINPRM_BUF_SIZE: the line ends after 256 bytes.
    static func interpreter(of start: [UInt8], _ path: FilePath) throws(ToolError) -> FilePath? {
        guard start.starts(with: Array("#!".utf8)) else { return nil }
        let line = start.prefix(256).dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard let first = words.first else {
            throw ToolError(.badData, "cannot run \(path)", why: "its first line names no interpreter")
        }
        let interpreter = FilePath(bytes: first)
        guard interpreter.isAbsolute else {
            throw ToolError(
                .badData, "cannot run \(path)", why: "its interpreter \"\(interpreter)\" is not an absolute path")
        }
        return interpreter
    }

    private static func judge(
        _ start: [UInt8], _ path: FilePath, _ resolved: FilePath, in view: any FileView
    ) throws(ToolError) -> ELFProgram {
        let program: ELFProgram
        let size = try view.size(resolved)
        do {
            let header = try ELFHeader(parsing: start.rawBytes)
            guard header.machine == .x86_64 else {
                throw ToolError(
                    .badData, "cannot run \(path)", why: "it is a program for \(header.machine.name), not for x86-64",
                    remedy: "use the x86-64 build of it")
            }
            guard header.programHeadersOffset <= size else {
                throw ELFError.programHeadersOutsideFile(
                    offset: header.programHeadersOffset, byteCount: header.programHeadersByteCount)
            }
            let offset = Int(header.programHeadersOffset)
            let table = try view.contents(resolved, offset..<(offset + header.programHeadersByteCount))
            program = try ELFProgram(
                header, try ELFProgramHeaders(table.rawBytes, of: header), limits: .init(fileSize: size))
        } catch let error as ToolError {
            throw error
        } catch let error as ELFError {
            throw ToolError(.badData, "cannot run \(path)", why: error.sentence, remedy: error.remedy)
        } catch {
            throw ToolError(.badData, "cannot run \(path)", why: "\(error)")
        }
        return program
    }

    private static func dynamicLinker(
        of program: ELFProgram, _ path: FilePath, in view: any FileView
    ) throws(ToolError) -> FilePath? {
        guard let place = program.interpreter else { return nil }
        let linker = FilePath(bytes: try view.contents(path, Int(place.lowerBound)..<Int(place.upperBound)))
        guard linker.isAbsolute, let found = try view.resolve(linker), found.mode & 0o170000 == 0o100000 else {
            throw ToolError(
                .noInput, "cannot run \(path)", why: "its dynamic linker \(linker) does not exist",
                remedy: "install the C library that it was built for (libc6, musl …)")
        }
        return linker
    }
}

extension FilePath {
    /// The path without "." and repeated slashes; ".." stays, since it means something else behind a link.
    var lexicallyKept: FilePath { FilePath(isAbsolute: isAbsolute, components: components) }
}
