// SPDX-License-Identifier: Apache-2.0

// What a Debian program expects on every system without saying so: dependencies do not name what is essential (Debian
// Policy 3.8). The names of users and services, the time zone, the locale, descriptions of terminals, certificates: each
// in proportion, so only what the host, the program's environment or its libraries ask for, with the reason for people.
//
// Source: tzset(3), locale(7), terminfo(5), the lists of base-files, libc-bin, ncurses-base, netbase and tzdata.

public import HostSystem

/// What comes along from the host beside a program and its package.
public struct SystemFiles: Sendable {
    /// Files for one reason.
    public struct Group: Equatable, Sendable {
        /// Why they come along, for people.
        public let reason: String
        /// Files, and folders with everything in them; what is not there is left out.
        public let paths: [FilePath]
    }

    /// The groups, smallest first.
    public let groups: [Group]

    /// Chooses what a program gets.
    ///
    /// - Parameters:
    ///   - files: its libraries and the data of its packages: libraries tell what it will look for.
    ///   - hasLocales: whether its C library is glibc, which keeps locales in files.
    ///   - variable: the value of a variable of the program's environment, empty if it has none.
    public init(for files: [FilePath], hasLocales: Bool, variable: (String) -> [UInt8]) {
        var groups = [
            Group(reason: "names of users, hosts, services and of the system", paths: Self.names),
            Group(reason: "the time zone of the host and of TZ", paths: Self.zones(variable("TZ"))),
        ]
        let locales = (hasLocales ? [["C.utf8"]] : []) + Self.localeVariables.map { Self.localeNames(variable($0)) }
        var names: [String] = []
        for name in locales.joined() where !names.contains(name) { names.append(name) }
        if !names.isEmpty {
            groups.append(Group(reason: "the locale C.UTF-8 and those of LANG and LC_*", paths: Self.locales(names)))
        }
        if Self.hasLibrary(["libtinfo.so", "libncurses.so", "libncursesw.so", "libslang.so"], files) {
            groups.append(
                Group(
                    reason: "descriptions of terminals, for libtinfo",
                    paths: ["/etc/terminfo", "/lib/terminfo"] + Self.terminal(variable("TERM"))))
        }
        if Self.hasLibrary(["libssl.so", "libgnutls.so"], files) {
            groups.append(Group(reason: "certificates, for libssl and libgnutls", paths: Self.certificates))
        }
        self.groups = groups
    }

    /// Not /etc/resolv.conf, /etc/machine-id and the like: they name another machine, or what it cannot reach.
    private static let names: [FilePath] = [
        "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/gai.conf",
        "/etc/networks", "/etc/protocols", "/etc/services", "/etc/rpc", "/etc/shells", "/etc/os-release",
        "/etc/debian_version",
    ]

    /// All certificates are in one file, too; OpenSSL and GnuTLS look into it first. Not /etc/ssl/private.
    private static let certificates: [FilePath] = [
        "/etc/ssl/openssl.cnf", "/etc/ssl/certs/ca-certificates.crt", "/etc/gnutls", "/usr/lib/ssl/openssl.cnf",
        "/usr/lib/ssl/cert.pem",
    ]

    /// What TZ names: ":Area/Place", "Area/Place", a path; "UTC0" and the like name no file, and then there is none.
    private static func zones(_ variable: [UInt8]) -> [FilePath] {
        let fixed: [FilePath] = ["/etc/localtime", "/etc/timezone"]
        let name = FilePath(bytes: variable.first == UInt8(ascii: ":") ? Array(variable.dropFirst()) : variable)
        guard !name.bytes.isEmpty, !name.components.contains(Array("..".utf8)) else { return fixed }
        return fixed + [FilePath("/usr/share/zoneinfo").appending(name)]
    }

    private static let localeVariables = [
        "LANG", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME",
    ]

    /// The folders in which glibc looks for "de_DE.UTF-8@euro": as written, and with the codeset's letters and digits in
    /// lower case.
    static func localeNames(_ value: [UInt8]) -> [String] {
        let text = String(decoding: value, as: UTF8.self)
        guard !text.isEmpty, !text.contains("/"), text != "C", text != "POSIX" else { return [] }
        guard let dot = text.firstIndex(of: ".") else { return [text] }
        let codeset = text[text.index(after: dot)...].prefix { $0 != "@" }
        let modifier = text[dot...].drop { $0 != "@" }
        let normal = codeset.lowercased().filter { $0.isLetter || $0.isNumber }
        let name = text[..<dot] + "." + normal + modifier
        return name == text ? [text] : [text, String(name)]
    }

    /// Locales are folders, or all of them together are one archive; C.UTF-8 is never in it.
    private static func locales(_ names: [String]) -> [FilePath] {
        let folders = names.map { FilePath("/usr/lib/locale").appending(FilePath($0)) }
        let others = names.filter { !["C.utf8", "C.UTF-8"].contains($0) }
        return folders + (others.isEmpty ? [] : ["/usr/lib/locale/locale-archive"])
    }

    /// The user's own terminal, which another package than ncurses-base may describe.
    private static func terminal(_ name: [UInt8]) -> [FilePath] {
        guard let first = name.first, !name.contains(UInt8(ascii: "/")), first != UInt8(ascii: ".") else { return [] }
        return [FilePath("/usr/share/terminfo").appending(FilePath(bytes: [first, UInt8(ascii: "/")] + name))]
    }

    /// Whether a library is among the files, in any version.
    private static func hasLibrary(_ names: [String], _ files: [FilePath]) -> Bool {
        files.contains { file in names.contains { file.lastComponent.starts(with: $0.utf8) } }
    }
}
