// SPDX-License-Identifier: Apache-2.0

// What dpkg's lists say, on a planted database: owners, dependencies, the parts of a split package, data and the rest.

import HostSystem
import Testing

@testable import ImageBuilder

@Suite("DebianPackages")
struct DebianPackagesTests {
    private func plant() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.shell(
            """
            mkdir -p var/lib/dpkg/info; cd var/lib/dpkg
            printf '%s\\n' \\
                'Package: tool-minimal' 'Status: install ok installed' 'Architecture: amd64' \\
                'Depends: libx (>= 1.0), missing | other:any' '' \\
                'Package: tool' 'Status: install ok installed' 'Pre-Depends: tool-minimal (= 2-1)' 'Depends: virtual' '' \\
                'Package: tool-dev' 'Status: install ok installed' 'Depends: tool-minimal (= 2-1)' '' \\
                'Package: gone' 'Status: deinstall ok config-files' '' \\
                'Package: libx' 'Status: install ok installed' 'Architecture: amd64' 'Multi-Arch: same' '' \\
                'Package: libx' 'Status: install ok installed' 'Architecture: i386' 'Multi-Arch: same' '' \\
                'Package: other' 'Status: install ok installed' '' \\
                'Package: real' 'Status: install ok installed' 'Provides: virtual (= 1), more' '' > status
            printf '/.\\n/usr/bin/tool\\n/usr/lib/tool/a.py\\n/usr/share/doc/tool/copyright\\n' > info/tool-minimal.list
            printf '/usr/lib/libx.so\\n' > info/libx:amd64.list
            printf '/wrong\\n' > info/libx:i386.list
            printf '/bin/other\\n/etc/other.conf\\n' > info/other.list
            for name in tool tool-dev real; do printf '/usr/share/%s\\n' $name > info/$name.list; done
            """)
        return folder
    }

    @Test("A file's package is found under both names of a merged /usr")
    func owners() throws {
        let folder = try plant()
        let database = try #require(DebianPackages(root: folder.path))
        #expect(database.owner(of: "/usr/bin/tool") == "tool-minimal")
        #expect(database.owner(of: "/bin/tool") == "tool-minimal")
        #expect(database.owner(of: "/usr/bin/other") == "other")
        #expect(database.owner(of: "/usr/bin/too") == nil)
    }

    @Test("Dependencies are followed: alternatives, virtual names, one architecture")
    func closure() throws {
        let folder = try plant()
        let database = try #require(DebianPackages(root: folder.path))
        #expect(database.closure(of: "tool").sorted() == ["libx", "other", "real", "tool", "tool-minimal"])
        #expect(database.companions(of: "tool-minimal") == ["tool"])
        #expect(database.closure(of: "gone").isEmpty)
    }

    @Test("Programs and documentation stay behind; Python's compiled modules come along")
    func data() throws {
        let folder = try plant()
        let files = try PackageFiles(of: ["/usr/bin/tool"], root: folder.path)
        #expect(files.package == "tool-minimal")
        #expect(
            files.files == [
                "/etc/other.conf", "/usr/lib/libx.so", "/usr/lib/tool/__pycache__", "/usr/lib/tool/a.py",
                "/usr/share/real", "/usr/share/tool",
            ])
        #expect(try PackageFiles(of: ["/usr/bin/none"], root: folder.path).files.isEmpty)
    }

    @Test("A package that is named comes along with what it depends on; one that is not installed is refused")
    func named() throws {
        let folder = try plant()
        let files = try PackageFiles(of: ["/usr/bin/none"], and: ["tool"], root: folder.path)
        #expect(files.package == nil)
        #expect(files.packages == ["libx", "other", "real", "tool", "tool-minimal"])
        #expect(throws: ToolError.self) { try PackageFiles(of: ["/usr/bin/none"], and: ["gone"], root: folder.path) }
    }

    @Test("A service's folders below /var come along, what is in them does not")
    func state() throws {
        let folder = try TemporaryFolder()
        try folder.shell(
            """
            mkdir -p var/lib/dpkg/info var/lib/served; touch var/lib/served/state; cd var/lib/dpkg
            printf '%s\\n' 'Package: served' 'Status: install ok installed' '' > status
            printf '/usr/lib/served\\n/var/lib/served\\n/var/lib/served/state\\n' > info/served.list
            """)
        let files = try PackageFiles(of: [], and: ["served"], root: folder.path)
        #expect(files.packages == ["served"])
        #expect(files.files == ["/usr/lib/served", "/var/lib/served"])
    }

    @Test(
        "A package's own folder of /etc is its configuration, a shared one is not",
        arguments: [
            ("/etc/php", true), ("/etc/fonts", true), ("/etc/ssl", false), ("/etc/init.d", false), ("/etc", false),
            ("/etc/php/8.2", false), ("/usr/php", false),
        ])
    func configuration(path: String, expected: Bool) {
        #expect(PackageFiles.isConfigurationFolder(FilePath(path)) == expected)
    }

    @Test("An answer is kept until dpkg's status changes")
    func keptAnswers() throws {
        let folder = try plant()
        let cache = folder.path.appending("cache")
        let ask = { try PackageFiles(of: ["/usr/bin/tool"], root: folder.path, cache: cache) }
        // What has just been written may change again unseen.
        let files = try ask().files
        #expect(!HostFile.exists(cache))
        try folder.shell("touch -h -d @1000000000 var/lib/dpkg/status")
        let note = try #require(
            PackageNote(["/usr/bin/tool"], root: folder.path, cache: cache, now: Int64.max))
        #expect(note.answer == nil)
        note.keep(try ask())
        #expect(note.answer?.files == files && note.answer?.package == "tool-minimal")
        #expect(note.answer?.packages == (try ask().packages))
        try folder.shell("touch -h -d @1000000001 var/lib/dpkg/status")
        #expect(PackageNote(["/usr/bin/tool"], root: folder.path, cache: cache, now: Int64.max)?.answer == nil)
    }

    @Test("Without dpkg there are no packages")
    func nothing() throws {
        #expect(DebianPackages(root: try TemporaryFolder().path) == nil)
    }
}
