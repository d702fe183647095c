// SPDX-License-Identifier: Apache-2.0

// Finding QEMU and its version. The answer is kept as long as the executable stays the same: asking takes longer than a boot.

public import HostSystem

/// A QEMU on this host.
public struct QEMUInstallation: Equatable, Sendable {
    /// The oldest version that is supported.
    public static let minimumVersion = (major: 7, minor: 0)
    /// The package that has it on Debian.
    public static let package = "qemu-system-x86"

    /// The executable.
    public let path: FilePath
    /// Major version.
    public let major: Int
    /// Minor version.
    public let minor: Int

    /// Finds QEMU for x86-64.
    ///
    /// - Throws: `.unavailable` if there is none, or it is too old.
    public init(cache: FilePath) throws(ToolError) {
        guard let path = Environment.executable(named: "qemu-system-x86_64") else {
            throw ToolError(
                .unavailable, "cannot start a machine", why: "qemu-system-x86_64 is not in PATH",
                remedy: "install it: sudo apt-get install --no-install-recommends \(Self.package)")
        }
        self.path = path
        guard let text = Self.versionText(path, cache: cache), let version = Self.parse(text) else {
            throw ToolError(.unavailable, "cannot use \(path)", why: "it does not tell its version")
        }
        (major, minor) = version
        guard version >= Self.minimumVersion else {
            throw ToolError(
                .unavailable, "cannot use \(path)",
                why:
                    "it is QEMU \(major).\(minor), and \(Self.minimumVersion.major).\(Self.minimumVersion.minor) is needed",
                remedy: "install a newer one: sudo apt-get install --no-install-recommends \(Self.package)")
        }
    }

    /// Reads "QEMU emulator version 7.2.22 (…)".
    public static func parse(_ text: String) -> (major: Int, minor: Int)? {
        guard let tail = text.textBehind("version ") else { return nil }
        let parts = tail.prefix { $0.isNumber || $0 == "." }.split(separator: ".").prefix(2)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        return (major, minor)
    }

    private static func versionText(_ path: FilePath, cache: FilePath) -> String? {
        guard let status = try? HostFile.status(path, links: .followed) else { return nil }
        let key = "\(path) \(status.size) \(status.changed.seconds).\(status.changed.nanoseconds)\n"
        let note = cache.appending("qemu-version")
        if let bytes = try? HostFile.contents(note) {
            let text = String(decoding: bytes, as: UTF8.self)
            if text.hasPrefix(key) { return String(text.dropFirst(key.count)) }
        }
        guard let result = try? ChildProcess.run(path, ["--version"]), result.isSuccess else { return nil }
        try? HostFile.writeAtomically(note) { try $0.write(Array((key + result.text).utf8)) }
        return result.text
    }
}

extension String {
    /// The text behind the first occurrence of a word.
    fileprivate func textBehind(_ needle: String) -> Substring? {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(needle) { return rest.dropFirst(needle.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
