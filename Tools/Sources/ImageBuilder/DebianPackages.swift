// SPDX-License-Identifier: Apache-2.0

// The data files of a program from a Debian package: what dpkg has put down for its package and for those that it
// depends on, so that an interpreter finds its modules and a library its tables. Documentation stays behind, and so do
// other programs: the machine runs one.
//
// Source: dpkg(1); deb-control(5) for dependencies; the lists are /var/lib/dpkg/info/*.list, one path per line.

internal import HostSystem

/// The installed packages of this host.
struct DebianPackages {
    private let root: FilePath
    private let packages: [String: Package]
    /// Real packages by the virtual names that they provide.
    private let providers: [String: [String]]

    /// What the status file says about a package.
    private struct Package {
        var list: FilePath
        var dependencies: [[String]] = []
        /// What a usual installation has beside it: a compiler's headers.
        var recommendations: [[String]] = []
        /// Packages that it needs in exactly one version: the same software in another package.
        var exactDependencies: [String] = []
    }

    /// Reads dpkg's status; nil where there is none.
    init?(root: FilePath = "/") {
        self.root = root
        let folder = root.appending("var/lib/dpkg")
        guard let bytes = try? HostFile.contents(folder.appending("status")) else { return nil }
        var packages: [String: Package] = [:]
        var providers: [String: [String]] = [:]
        for paragraph in String(decoding: bytes, as: UTF8.self).split(separator: "\n\n") {
            var fields: [Substring: Substring] = [:]
            for line in paragraph.split(separator: "\n") where line.first != " " && line.first != "\t" {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon]] = line[line.index(after: colon)...].trimmed
            }
            guard let name = fields["Package"].map(String.init), fields["Status"]?.hasSuffix(" installed") == true
            else {
                continue
            }
            let info = folder.appending("info")
            let qualified = info.appending(FilePath("\(name):\(fields["Architecture"] ?? "").list"))
            let isQualified = fields["Multi-Arch"] == "same"
            // Of a package for two architectures the one for this machine counts.
            if isQualified, let architecture = fields["Architecture"], architecture != "amd64" { continue }
            let requirements = [fields["Pre-Depends"], fields["Depends"]].compactMap(\.self)
            packages[name] = Package(
                list: isQualified ? qualified : info.appending(FilePath("\(name).list")),
                dependencies: requirements.flatMap(Self.alternatives),
                recommendations: fields["Recommends"].map(Self.alternatives) ?? [],
                exactDependencies: requirements.flatMap(Self.exactNames))
            for group in fields["Provides"].map(Self.alternatives) ?? [] {
                for provided in group { providers[provided, default: []].append(name) }
            }
        }
        self.packages = packages
        self.providers = providers
    }

    /// Whether a package is installed.
    func hasPackage(_ name: String) -> Bool { packages[name] != nil }

    /// "a (>= 1) | b, c:any" as [[a, b], [c]].
    static func alternatives(_ field: Substring) -> [[String]] {
        field.split(separator: ",").map { group in
            group.split(separator: "|").map { word in
                String(word.trimmed.prefix { $0 != " " && $0 != ":" && $0 != "(" })
            }
        }
    }

    /// The names that carry "(= VERSION)".
    private static func exactNames(_ field: Substring) -> [String] {
        field.split(separator: ",").filter { $0.split(separator: "(").last?.hasPrefix("= ") == true }
            .compactMap { alternatives($0).first?.first }
    }

    /// Installed packages that are the rest of a package's software: Debian splits python3 from python3-minimal, perl from
    /// perl-base, and holds both to one version.
    func companions(of name: String) -> [String] {
        packages.filter { other, package in
            package.exactDependencies.contains(name) && !["-dev", "-dbg", "-doc"].contains { other.hasSuffix($0) }
        }.keys.sorted()
    }

    /// The package that a file belongs to; nil if none does.
    ///
    /// - Parameter path: any of its names: where /bin is a link to /usr/bin, lists may have either.
    func owner(of path: FilePath) -> String? {
        let text = path.description
        var names: Set<Substring> = [text[...]]
        if text.hasPrefix("/usr/") { names.insert(text.dropFirst(4)) } else { names.insert("/usr" + text) }
        return packages.sorted { $0.key < $1.key }.first { _, package in
            guard let bytes = try? HostFile.contents(package.list) else { return false }
            return names.contains { Self.hasLine(bytes, Array($0.utf8)) }
        }?.key
    }

    private static func hasLine(_ text: [UInt8], _ line: [UInt8]) -> Bool {
        text.split(separator: UInt8(ascii: "\n")).contains { $0.elementsEqual(line) }
    }

    /// The package, everything that it depends on, and what it recommends if that is installed.
    func closure(of name: String) -> [String] {
        var found: [String] = []
        var queue = [name] + (packages[name]?.recommendations.compactMap { $0.first { packages[$0] != nil } } ?? [])
        while let next = queue.popLast() {
            guard let package = packages[next], !found.contains(next) else { continue }
            found.append(next)
            for group in package.dependencies {
                // The first alternative that is here, as apt would have it.
                let real = group.lazy.flatMap { [$0] + (providers[$0] ?? []) }.first { packages[$0] != nil }
                if let real { queue.append(real) }
            }
        }
        return found
    }

    /// The data files of packages, folders among them, as their lists name them.
    func dataFiles(of names: [String]) throws(ToolError) -> [FilePath] {
        var files: Set<FilePath> = []
        for name in names {
            guard let list = packages[name]?.list else { continue }
            let bytes: [UInt8]
            do throws(SystemCallError) { bytes = try HostFile.contents(list) } catch { throw error.reading(list) }
            for line in bytes.split(separator: UInt8(ascii: "\n")) where Self.isData(line) {
                let path = FilePath(bytes: line)
                if path.components.isEmpty || isState(path) { continue }
                files.insert(path)
                // Python's packages compile their modules when they are installed; no list has that.
                if line.suffix(3).elementsEqual(".py".utf8) { files.insert(path.parent.appending("__pycache__")) }
            }
        }
        return files.sorted()
    }

    /// What the host's installation has come to is not the machine's; the folders that a service keeps it in are.
    private func isState(_ path: FilePath) -> Bool {
        guard path.bytes.starts(with: Array("/var/".utf8)) else { return false }
        let here = root.appending(FilePath(isAbsolute: false, components: path.components))
        return (try? HostFile.status(here))?.isDirectory != true
    }

    /// Whether a program may want a file when it runs.
    private static func isData(_ path: ArraySlice<UInt8>) -> Bool {
        !excluded.contains { path.starts(with: $0) }
    }

    private static let excluded: [[UInt8]] = [
        "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/games/", "/usr/share/doc", "/usr/share/man/",
        "/usr/share/info/", "/usr/share/lintian/", "/usr/share/bug/", "/usr/share/menu/", "/usr/share/locale/",
        "/usr/share/applications/", "/usr/share/icons/", "/usr/share/pixmaps/", "/usr/share/bash-completion/",
        "/usr/lib/systemd/", "/lib/systemd/", "/etc/init.d/", "/etc/cron", "/boot/",
        "/var/cache/", "/var/lib/dpkg", "/var/lib/systemd", "/var/mail",
    ].map { Array($0.utf8) }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\n" }
        while text.last == " " || text.last == "\n" { text.removeLast() }
        return text
    }
}
