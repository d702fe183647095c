// SPDX-License-Identifier: Apache-2.0

// What a program of this host takes along: itself and its libraries, the data files of its package, and what every system
// has. Files that the user put in stay; --exclude leaves out what matches.

internal import Glibc
internal import HostSystem
internal import ImageBuilder

/// The files of a program of this host.
struct HostClosure {
    /// What came along for one reason.
    struct Share: Equatable {
        let reason: String
        var fileCount = 0
        var byteCount: UInt64 = 0
    }

    /// The program.
    let program: ProgramClosure
    /// Its package, if it has one.
    let packages: PackageFiles
    private let system: SystemFiles
    private let excluded: [FilePath]

    /// Gathers what a program needs.
    ///
    /// - Parameters:
    ///   - excluded: patterns of glob(7) for whole paths; "*" also matches slashes.
    ///   - named: further packages.
    ///   - variable: the value of a variable of the program's environment, empty if it has none.
    init(
        _ program: ProgramClosure, excluding excluded: [String], and named: [String], variable: (String) -> [UInt8]
    ) throws(ToolError) {
        self.program = program
        self.excluded = excluded.map { FilePath(argument: $0) }
        packages = try PackageFiles(of: program.programs, and: named, cache: try Environment.cacheDirectory())
        let isGlibc = program.dynamicLinker?.lastComponent.starts(with: Array("ld-linux".utf8)) ?? false
        system = SystemFiles(for: program.files + packages.files, hasLocales: isGlibc, variable: variable)
    }

    /// Puts everything in that is not in the tree yet.
    ///
    /// - Returns: what came along, by reason.
    @discardableResult
    func add(to tree: inout FileTree) throws(ToolError) -> [Share] {
        var shares = [Share(reason: "the program, its interpreters and libraries")]
        for file in program.files { try add(file, to: &tree, &shares[0]) }
        for group in system.groups {
            var share = Share(reason: group.reason)
            for path in group.paths { try addAll(path, to: &tree, &share) }
            shares.append(share)
        }
        if !packages.packages.isEmpty {
            var share = Share(reason: "data of the packages below")
            let view = HostView()
            for file in packages.files {
                guard let found = try resolved(file, view) else { continue }
                for step in found.visited { try add(step, to: &tree, &share) }
                guard found.mode & 0o170000 == 0o040000 else { continue }
                if found.path.lastComponent.elementsEqual("__pycache__".utf8) {
                    for name in try names(in: found.path) where HostFile.isReadable(name) {
                        try add(name, to: &tree, &share)
                    }
                } else if PackageFiles.isConfigurationFolder(found.path) {
                    try addConfiguration(found.path, to: &tree, &share)
                }
            }
            shares.append(share)
        }
        return shares
    }

    /// Puts a file in, what its links lead to, and everything below it if it is a folder.
    private func addAll(_ file: FilePath, to tree: inout FileTree, _ share: inout Share) throws(ToolError) {
        guard let found = try resolved(file, HostView()) else { return }
        for step in found.visited { try add(step, to: &tree, &share) }
        guard found.mode & 0o170000 == 0o040000, HostFile.isReadable(found.path) else { return }
        for name in try names(in: found.path) { try addAll(name, to: &tree, &share) }
    }

    /// What was written when the package was installed or since, which no list has: what is on and what is off. Files that
    /// are not for everybody may hold keys and stay here.
    private func addConfiguration(
        _ folder: FilePath, to tree: inout FileTree, _ share: inout Share
    ) throws(ToolError) {
        guard HostFile.isReadable(folder) else { return }
        for name in try names(in: folder) {
            guard let found = try resolved(name, HostView()), found.mode & 0o004 != 0 else { continue }
            for step in found.visited { try add(step, to: &tree, &share) }
            if try HostView().mode(name).map({ $0 & 0o170000 == 0o040000 }) == true {
                try addConfiguration(name, to: &tree, &share)
            }
        }
    }

    private func add(_ file: FilePath, to tree: inout FileTree, _ share: inout Share) throws(ToolError) {
        guard tree.entries[file] == nil, file == program.path || !isExcluded(file) else { return }
        try tree.addNode(file, at: file)
        share.fileCount += 1
        if case .file(_, let status)? = tree.entries[file]?.contents { share.byteCount += status.size }
    }

    private func names(in folder: FilePath) throws(ToolError) -> [FilePath] {
        do throws(SystemCallError) {
            return try HostFile.names(in: folder).map { folder.appending(FilePath(bytes: $0)) }
        } catch {
            throw error.reading(folder)
        }
    }

    /// A file that is not for everybody is none that a program of this user would miss.
    private func resolved(_ file: FilePath, _ view: HostView) throws(ToolError) -> ResolvedPath? {
        guard !isExcluded(file), let found = try view.resolve(file) else { return nil }
        return found.mode & 0o170000 != 0o100000 || HostFile.isReadable(found.path) ? found : nil
    }

    private func isExcluded(_ file: FilePath) -> Bool {
        excluded.contains { pattern in
            pattern.withCString { cPattern in file.withCString { fnmatch(cPattern, $0, 0) == 0 } }
        }
    }
}
