// SPDX-License-Identifier: Apache-2.0

// Every library that a dynamic program will have loaded when it starts, found as its dynamic linker will find it.
// glibc's and musl's differ: the first knows a cache and builds for newer processors, the second a file with folders.
// Libraries that a program opens later, by dlopen(3), are not seen here; packages bring them (DebianPackages.swift).
//
// Source: ld.so(8); musl's ldso/dynlink.c describes the same rules for musl.

internal import HostSystem

/// The libraries of one program.
struct SharedLibraries {
    /// Paths as the dynamic linker opens them, in the order in which they are found.
    private(set) var files: [FilePath] = []

    private let view: any FileView
    private let program: FilePath
    private let isMusl: Bool
    private let environmentPath: [FilePath]
    private let cache: LibraryCache
    private let standardFolders: [FilePath]

    /// An object on the way, and who asked for it: DT_RPATH is inherited.
    private final class Loaded {
        let path: FilePath
        let object: SharedObject
        let loader: Loaded?
        init(_ path: FilePath, _ object: SharedObject, loader: Loaded?) {
            self.path = path
            self.object = object
            self.loader = loader
        }
    }

    /// Finds the libraries of a program.
    ///
    /// - Parameters:
    ///   - program: its path, without links.
    ///   - interpreter: the dynamic linker's path as the program names it.
    ///   - libraryPath: the value of LD_LIBRARY_PATH.
    ///   - preloads: the value of LD_PRELOAD.
    /// - Throws: if a library is missing, with the object that wants it.
    init(
        of program: FilePath, interpreter: FilePath, libraryPath: [UInt8], preloads: [UInt8], in view: any FileView
    ) throws(ToolError) {
        self.view = view
        self.program = program
        isMusl = interpreter.lastComponent.starts(with: Array("ld-musl-".utf8))
        environmentPath = Self.split(libraryPath)
        if isMusl {
            cache = LibraryCache()
            standardFolders = try Self.muslFolders(interpreter, view)
        } else {
            let file: FilePath = "/etc/ld.so.cache"
            if let found = try view.resolve(file), found.mode & 0o170000 == 0o100000 {
                cache = LibraryCache(try view.contents(found.path, 0..<Int(try view.size(found.path))))
                files.append(file)
            } else {
                cache = LibraryCache()
            }
            standardFolders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"]
        }
        guard let object = try SharedObject(program, in: view) else {
            throw ToolError(.badData, "cannot run \(program)", why: "its dynamic section is damaged")
        }
        let first = Loaded(program, object, loader: nil)
        let words = preloads.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }.map { Array($0) }
        try load(first, preloads: words)
    }

    /// Breadth first, as dynamic linkers do, so that the first of two libraries with one name is the same one.
    private mutating func load(_ first: Loaded, preloads: [[UInt8]]) throws(ToolError) {
        var known: Set<[UInt8]> = []
        var queue = [first]
        var next = 0
        while next < queue.count {
            let current = queue[next]
            next += 1
            for name in (next == 1 ? preloads : []) + current.object.needed {
                if isMusl, Self.isPartOfMusl(name) { continue }
                guard known.insert(name).inserted else { continue }
                guard let found = try find(name, for: current) else {
                    // ld.so goes on without a library of LD_PRELOAD, with a warning of its own.
                    if next == 1, preloads.contains(name) { continue }
                    throw missing(name, current)
                }
                queue.append(found)
            }
        }
    }

    private mutating func find(_ name: [UInt8], for wanting: Loaded) throws(ToolError) -> Loaded? {
        if name.contains(UInt8(ascii: "/")) {
            let path = FilePath(bytes: expand(name, wanting.path))
            return try open(path.isAbsolute ? path : FilePath("/").appending(path), wanting)
        }
        var found: Loaded?
        for folder in folders(before: wanting) where found == nil { found = try search(folder, name, wanting) }
        if found == nil, !isMusl {
            for path in cache.places(of: name) {
                let loaded = try open(path, wanting)
                if found == nil { found = loaded }
            }
        }
        if found == nil, !wanting.object.skipsStandardFolders {
            for folder in standardFolders where found == nil { found = try search(folder, name, wanting) }
        }
        return found
    }

    /// Folders of the objects and of the environment, in the order of ld.so(8).
    private func folders(before wanting: Loaded) -> [FilePath] {
        var old: [FilePath] = []
        var here: [FilePath] = []
        if isMusl {
            var object: Loaded? = wanting
            while let loaded = object {
                for path in [loaded.object.searchPath ?? loaded.object.oldSearchPath].compactMap(\.self) {
                    here += Self.split(path).map { FilePath(bytes: expand($0.bytes, loaded.path)) }
                }
                object = loaded.loader
            }
            return environmentPath + here
        }
        if let path = wanting.object.searchPath {
            here = Self.split(path).map { FilePath(bytes: expand($0.bytes, wanting.path)) }
        } else {
            var object: Loaded? = wanting
            while let loaded = object {
                if loaded.object.searchPath == nil, let path = loaded.object.oldSearchPath {
                    old += Self.split(path).map { FilePath(bytes: expand($0.bytes, loaded.path)) }
                }
                object = loaded.loader
            }
        }
        return old + environmentPath + here
    }

    /// Looks into a folder; glibc also takes builds for the machine's processor from below it, so they come along.
    private mutating func search(
        _ folder: FilePath, _ name: [UInt8], _ wanting: Loaded
    ) throws(ToolError) -> Loaded? {
        guard folder.isAbsolute else { return nil }
        let file = FilePath(bytes: name)
        if !isMusl {
            for level in ["x86-64-v4", "x86-64-v3", "x86-64-v2"] {
                _ = try open(folder.appending(FilePath("glibc-hwcaps/\(level)")).appending(file), wanting)
            }
        }
        return try open(folder.appending(file), wanting)
    }

    private mutating func open(_ path: FilePath, _ wanting: Loaded) throws(ToolError) -> Loaded? {
        guard let found = try view.resolve(path), found.mode & 0o170000 == 0o100000,
            let object = try SharedObject(found.path, in: view)
        else { return nil }
        if !files.contains(path) { files.append(path) }
        return Loaded(path, object, loader: wanting)
    }

    private func missing(_ name: [UInt8], _ wanting: Loaded) -> ToolError {
        let library = FilePath(bytes: name)
        return ToolError(
            .noInput, "cannot run \(program)",
            why: wanting.loader == nil
                ? "it needs the library \(library), which is not there"
                : "\(wanting.path) needs the library \(library), which is not there",
            remedy: "install the library's package; if it is in a folder of its own: -e LD_LIBRARY_PATH=FOLDER")
    }

    // MARK: Words

    /// Replaces the words that ld.so(8) knows: $ORIGIN, $LIB, $PLATFORM, with or without braces.
    private func expand(_ text: [UInt8], _ object: FilePath) -> [UInt8] {
        guard text.contains(UInt8(ascii: "$")) else { return text }
        var result = ByteText.text(text)
        for (word, value) in [
            ("ORIGIN", object.parent.argument), ("LIB", "lib/x86_64-linux-gnu"), ("PLATFORM", "x86_64"),
        ] {
            for form in ["${\(word)}", "$\(word)"] {
                result = result.split(separator: form, omittingEmptySubsequences: false).joined(separator: value)
            }
        }
        return ByteText.bytes(result)
    }

    private static func split(_ path: [UInt8]) -> [FilePath] {
        path.split { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ";") }.map { FilePath(bytes: $0) }
    }

    /// musl is one file: the names of its parts are never looked for.
    private static func isPartOfMusl(_ name: [UInt8]) -> Bool {
        let text = String(decoding: name, as: UTF8.self)
        guard text.hasPrefix("lib") else { return false }
        return ["c", "pthread", "rt", "m", "dl", "util", "xnet"].contains { part in
            text == "lib\(part).so" || text.hasPrefix("lib\(part).so.") || text == "libc.musl-x86_64.so.1"
        }
    }

    private static func muslFolders(_ interpreter: FilePath, _ view: any FileView) throws(ToolError) -> [FilePath] {
        // "/lib/ld-musl-ARCH.so.1" reads "/etc/ld-musl-ARCH.path", relative to the folder above its own.
        let name = interpreter.lastComponent.prefix { $0 != UInt8(ascii: ".") }
        let file = interpreter.parent.parent.appending("etc").appending(
            FilePath(bytes: Array(name) + Array(".path".utf8)))
        guard let found = try view.resolve(file), found.mode & 0o170000 == 0o100000 else {
            return ["/lib", "/usr/local/lib", "/usr/lib"]
        }
        let text = try view.contents(found.path, 0..<Int(min(try view.size(found.path), 65536)))
        return text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ":") }.map { FilePath(bytes: $0) }
    }
}
