// SPDX-License-Identifier: Apache-2.0

// Paths as Linux has them: bytes without NUL, on the host and in the machine alike.
// String would change names that are not UTF-8, and a program's files must arrive as they are.

/// A path, as bytes.
public struct FilePath: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The path's bytes, without NUL.
    public let bytes: [UInt8]

    /// Wraps bytes.
    public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    /// Wraps the UTF-8 of a string.
    public init(_ string: String) { bytes = Array(string.utf8) }
    /// Wraps a word of the command line, which may stand for bytes that are not UTF-8.
    public init(argument: String) { bytes = ByteText.bytes(argument) }
    /// Wraps the UTF-8 of a literal.
    public init(stringLiteral: String) { self.init(stringLiteral) }

    /// The path for people: bytes that are no UTF-8 are replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
    /// The path as a word of a command line, exactly.
    public var argument: String { ByteText.text(bytes) }
    /// Whether the path begins with a slash.
    public var isAbsolute: Bool { bytes.first == slash }
    /// Whether there is a slash in it: such a program is not looked up in PATH.
    public var containsSlash: Bool { bytes.contains(slash) }
    /// The components, without empty ones and ".".
    public var components: [[UInt8]] {
        bytes.split(separator: slash).map(Array.init).filter { $0 != [dot] }
    }
    /// The last component, empty for "/".
    public var lastComponent: [UInt8] { components.last ?? [] }
    /// The path without its last component, "/" or "." if nothing is left.
    public var parent: FilePath {
        FilePath(isAbsolute: isAbsolute, components: components.dropLast())
    }

    /// Joins components.
    public init(isAbsolute: Bool, components: some Sequence<[UInt8]>) {
        let joined = Array(components.joined(separator: [slash]))
        bytes = isAbsolute ? [slash] + joined : joined.isEmpty ? [dot] : joined
    }

    /// The path with another appended; an absolute one replaces it.
    public func appending(_ other: FilePath) -> FilePath {
        if other.isAbsolute { return other }
        if bytes.last == slash { return FilePath(bytes: bytes + other.bytes) }
        return FilePath(bytes: bytes + [slash] + other.bytes)
    }

    /// The path with ".", ".." and repeated slashes removed, without looking at any file.
    public var lexicallyNormalized: FilePath {
        var kept: [[UInt8]] = []
        for component in components {
            if component == [dot, dot] {
                if kept.isEmpty || kept.last == [dot, dot] {
                    if !isAbsolute { kept.append(component) }
                } else {
                    kept.removeLast()
                }
            } else {
                kept.append(component)
            }
        }
        return FilePath(isAbsolute: isAbsolute, components: kept)
    }

    /// Calls `body` with the path as a C string.
    public func withCString<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
        return try terminated.withUnsafeBufferPointer { buffer throws(E) in
            // The array has at least the NUL, so it has a base address.
            try body(buffer.baseAddress.unsafelyUnwrapped)
        }
    }

    /// Orders by bytes, so that a folder precedes what is in it.
    public static func < (left: FilePath, right: FilePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

private let slash = UInt8(ascii: "/")
private let dot = UInt8(ascii: ".")
