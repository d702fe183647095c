// SPDX-License-Identifier: Apache-2.0

// What every system has, in proportion: what the environment and the libraries ask for comes along, the rest does not.

import HostSystem
import Testing

@testable import ImageBuilder

@Suite("SystemFiles")
struct SystemFilesTests {
    private func paths(
        _ files: [FilePath] = [], hasLocales: Bool = false, _ environment: [String: String] = [:]
    ) -> [FilePath] {
        SystemFiles(for: files, hasLocales: hasLocales) { Array((environment[$0] ?? "").utf8) }.groups
            .flatMap(\.paths)
    }

    @Test("Every program gets names and the host's zone, and no more")
    func least() {
        let paths = paths()
        #expect(paths.contains("/etc/passwd") && paths.contains("/etc/localtime"))
        #expect(!paths.contains { $0.description.hasPrefix("/lib") || $0.description.hasPrefix("/usr") })
        #expect(!paths.contains("/etc/resolv.conf") && !paths.contains("/etc/shadow"))
    }

    @Test(
        "TZ names a zone, with or without a colon; a rule names no file above the zones",
        arguments: [
            ("Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"), (":Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo"),
            ("/etc/zone", "/etc/zone"), ("../../shadow", nil), ("", nil),
        ] as [(String, String?)])
    func zones(variable: String, expected: String?) {
        let more = Set(paths([], ["TZ": variable])).subtracting(paths())
        #expect(more == Set(expected.map { [FilePath($0)] } ?? []))
    }

    @Test("glibc's programs get C.UTF-8, and what LANG and LC_* name in both spellings")
    func locales() {
        #expect(paths(hasLocales: true).contains("/usr/lib/locale/C.utf8"))
        #expect(!paths(hasLocales: true).contains("/usr/lib/locale/locale-archive"))
        let german = paths([], ["LC_ALL": "de_DE.UTF-8@euro"])
        for name in ["de_DE.UTF-8@euro", "de_DE.utf8@euro", "locale-archive"] {
            #expect(german.contains(FilePath("/usr/lib/locale/\(name)")))
        }
        for value in ["C", "POSIX", "../x", ""] { #expect(SystemFiles.localeNames(Array(value.utf8)).isEmpty) }
        #expect(SystemFiles.localeNames(Array("C.UTF-8".utf8)) == ["C.UTF-8", "C.utf8"])
    }

    @Test("Terminals are described to programs with libtinfo, the user's own among them")
    func terminals() {
        let library: FilePath = "/lib/x86_64-linux-gnu/libtinfo.so.6"
        let found = paths([library], ["TERM": "xterm-kitty"])
        #expect(found.contains("/lib/terminfo") && found.contains("/usr/share/terminfo/x/xterm-kitty"))
        #expect(!paths(["/lib/libtinfoil.so"], ["TERM": "vt100"]).contains("/lib/terminfo"))
        #expect(paths([library], ["TERM": "../x"]) == paths([library]))
    }

    @Test("Certificates come along with libssl and libgnutls, private keys never", arguments: ["ssl", "gnutls"])
    func certificates(library: String) {
        let found = paths([FilePath("/usr/lib/x86_64-linux-gnu/lib\(library).so.3")])
        #expect(found.contains("/etc/ssl/certs/ca-certificates.crt"))
        #expect(!found.contains { $0.description.contains("private") || $0 == "/etc/ssl" })
    }
}
