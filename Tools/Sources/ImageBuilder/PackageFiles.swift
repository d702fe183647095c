// SPDX-License-Identifier: Apache-2.0

// What a program of this host brings along beside its libraries: the data files of its Debian package.

public import HostSystem

/// The files of a program's package and of the packages behind it.
public struct PackageFiles: Sendable {
    /// The package of the program; nil if no package has it.
    public let package: String?
    /// The package and those it depends on.
    public let packages: [String]
    /// Their data files and folders.
    public let files: [FilePath]

    /// Asks dpkg's lists.
    ///
    /// - Parameters:
    ///   - programs: the program and the scripts before it: the first that has a package counts for all of them.
    ///   - root: where the host's files are.
    ///   - cache: the tool's cache, where answers are kept until dpkg changes something; nil keeps none.
    public init(of programs: [FilePath], root: FilePath = "/", cache: FilePath? = nil) throws(ToolError) {
        let note = cache.flatMap { PackageNote(programs, root: root, cache: $0) }
        if let known = note?.answer {
            self = known
            return
        }
        try self.init(asking: programs, root)
        note?.keep(self)
    }

    init(package: String?, packages: [String], files: [FilePath]) {
        (self.package, self.packages, self.files) = (package, packages, files)
    }

    private init(asking programs: [FilePath], _ root: FilePath) throws(ToolError) {
        guard let database = DebianPackages(root: root) else {
            (package, packages, files) = (nil, [], [])
            return
        }
        var owners: [String] = []
        for path in programs {
            if let owner = database.owner(of: path.lexicallyNormalized), !owners.contains(owner) {
                owners.append(owner)
            }
        }
        package = owners.first
        var packages: [String] = []
        for owner in owners + owners.flatMap(database.companions) {
            for name in database.closure(of: owner) where !packages.contains(name) { packages.append(name) }
        }
        self.packages = packages.sorted()
        files = try database.dataFiles(of: packages)
    }
}
