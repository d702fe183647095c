// SPDX-License-Identifier: Apache-2.0

// This process's environment and arguments, as bytes where a program will get them.

internal import Glibc

/// The environment and arguments of this process.
public enum Environment {
    /// The value of a variable.
    public static func value(_ name: String) -> [UInt8]? {
        guard let value = getenv(name) else { return nil }
        return Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// The value of a variable whose name need not be UTF-8.
    public static func value(named name: [UInt8]) -> [UInt8]? {
        let prefix = name + [UInt8(ascii: "=")]
        return all.first { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
    }

    /// The value of a variable as text; nil if it is not set or empty.
    public static func text(_ name: String) -> String? {
        guard let bytes = value(name), !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All variables, "NAME=value".
    public static var all: [[UInt8]] {
        var found: [[UInt8]] = []
        var next = environ
        while let entry = next.pointee {
            found.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
            next += 1
        }
        return found
    }

    /// The arguments of this process as they came, not only as far as they are UTF-8.
    public static var rawArguments: [[UInt8]] {
        (0..<Int(CommandLine.argc)).compactMap { index in
            CommandLine.unsafeArgv[index].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
    }

    /// The executable that a name stands for in PATH.
    public static func executable(named name: String, searchPath: String? = nil) -> FilePath? {
        if name.contains("/") { return HostFile.isExecutable(FilePath(name)) ? FilePath(name) : nil }
        let path = searchPath ?? text("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        for directory in path.split(separator: ":") {
            let candidate = FilePath(String(directory)).appending(FilePath(name))
            if HostFile.isExecutable(candidate) { return candidate }
        }
        return nil
    }

    /// Where the tool keeps what it can make again: `$XDG_CACHE_HOME/apus` or `~/.cache/apus`.
    public static func cacheDirectory() throws(ToolError) -> FilePath {
        let base: FilePath
        if let directory = text("XDG_CACHE_HOME"), directory.hasPrefix("/") {
            base = FilePath(directory)
        } else if let home = text("HOME") {
            base = FilePath(home).appending(".cache")
        } else {
            base = FilePath("/tmp/apus-\(getuid())")
        }
        let directory = base.appending("apus")
        do throws(SystemCallError) { try HostFile.createDirectories(directory) } catch {
            throw error.writingCache(directory)
        }
        return directory
    }
}
