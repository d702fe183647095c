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
    ///   - named: further packages by name, such as modules of an interpreter that no dependency leads to.
    ///   - root: where the host's files are.
    ///   - cache: the tool's cache, where answers are kept until dpkg changes something; nil keeps none.
    /// - Throws: what cannot be read, or a named package that is not installed.
    public init(
        of programs: [FilePath], and named: [String] = [], root: FilePath = "/", cache: FilePath? = nil
    ) throws(ToolError) {
        let note = cache.flatMap { PackageNote(programs, named, root: root, cache: $0) }
        if let known = note?.answer {
            self = known
            return
        }
        try self.init(asking: programs, named, root)
        note?.keep(self)
    }

    /// Whether a folder of a package's list holds the package's own configuration: "/etc/php", but not what the system
    /// keeps there for all packages, nor what services that the machine does not run are told.
    public static func isConfigurationFolder(_ path: FilePath) -> Bool {
        let components = path.components
        guard components.count == 2, components[0].elementsEqual("etc".utf8) else { return false }
        return !sharedFolders.contains { components[1].elementsEqual($0.utf8) }
    }

    private static let sharedFolders: [String] = [
        "alternatives", "apt", "bash_completion.d", "dbus-1", "default", "dpkg", "init.d", "kernel", "ld.so.conf.d",
        "logrotate.d", "modprobe.d", "network", "opt", "pam.d", "profile.d", "security", "skel", "ssh", "ssl",
        "sudoers.d",
        "sysctl.d", "systemd", "tmpfiles.d", "udev", "xdg", "X11",
    ]

    init(package: String?, packages: [String], files: [FilePath]) {
        (self.package, self.packages, self.files) = (package, packages, files)
    }

    private init(asking programs: [FilePath], _ named: [String], _ root: FilePath) throws(ToolError) {
        let database = DebianPackages(root: root)
        for name in named where database?.hasPackage(name) != true {
            throw ToolError(.unavailable, "no package \(name)", why: "dpkg has not installed one of this name")
        }
        guard let database else {
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
        for owner in owners + owners.flatMap(database.companions) + named {
            for name in database.closure(of: owner) where !packages.contains(name) { packages.append(name) }
        }
        self.packages = packages.sorted()
        files = try database.dataFiles(of: packages)
    }
}
