// SPDX-License-Identifier: Apache-2.0

// What a program of this host takes along: itself and its libraries, the data files of its package, small files of the
// system. Files that the user put in stay; --exclude leaves out what matches.

internal import Glibc
internal import HostSystem
internal import ImageBuilder

/// The files of a program of this host.
struct HostClosure {
    /// The program.
    let program: ProgramClosure
    /// Its package, if it has one.
    let packages: PackageFiles
    private let excluded: [String]

    /// Gathers what a program needs.
    ///
    /// - Parameters:
    ///   - excluded: patterns of glob(7) for whole paths; "*" also matches slashes.
    ///   - named: further packages.
    init(_ program: ProgramClosure, excluding excluded: [String], and named: [String]) throws(ToolError) {
        self.program = program
        self.excluded = excluded
        packages = try PackageFiles(of: program.programs, and: named, cache: try Environment.cacheDirectory())
    }

    /// Puts everything in that is not in the tree yet.
    func add(to tree: inout FileTree) throws(ToolError) {
        for file in program.files { try add(file, to: &tree) }
        let view = HostView()
        for file in SystemFiles.paths + packages.files {
            guard !isExcluded(file), let found = try view.resolve(file), isReadable(found) else { continue }
            for step in found.visited { try add(step, to: &tree) }
            if found.mode & 0o170000 == 0o040000, found.path.lastComponent.elementsEqual("__pycache__".utf8) {
                try addCompiledModules(found.path, to: &tree)
            }
        }
    }

    private func add(_ file: FilePath, to tree: inout FileTree) throws(ToolError) {
        guard tree.entries[file] == nil, file == program.path || !isExcluded(file) else { return }
        try tree.addNode(file, at: file)
    }

    private func addCompiledModules(_ folder: FilePath, to tree: inout FileTree) throws(ToolError) {
        let names: [[UInt8]]
        do throws(SystemCallError) { names = try HostFile.names(in: folder) } catch { throw error.reading(folder) }
        for name in names {
            let file = folder.appending(FilePath(bytes: name))
            if HostFile.isReadable(file) { try add(file, to: &tree) }
        }
    }

    /// A package's file that is not for everybody is none that a program of this user would miss.
    private func isReadable(_ found: ResolvedPath) -> Bool {
        found.mode & 0o170000 != 0o100000 || HostFile.isReadable(found.path)
    }

    private func isExcluded(_ file: FilePath) -> Bool {
        excluded.contains { pattern in file.withCString { fnmatch(pattern, $0, 0) == 0 } }
    }
}
