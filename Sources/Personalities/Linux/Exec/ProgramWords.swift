// SPDX-License-Identifier: Apache-2.0
//
// The strings that a new program gets: arguments and environment, each with its NUL, in one buffer whose size the
// caller bounds (execve(2), "Limits on size of arguments and environment").

internal import Containers
internal import LinuxABI

/// Arguments and environment of a program to be.
struct ProgramWords: ~Copyable {
    /// All strings with their NULs, arguments first.
    private(set) var bytes = UniqueArray<UInt8>()
    /// The number of arguments.
    private(set) var argumentCount = 0
    /// The number of environment strings.
    private(set) var environmentCount = 0
    /// Where the environment begins in `bytes`.
    private(set) var environmentStart = 0

    /// Most bytes that may be passed (a quarter of the default stack limit, as on Linux).
    static var limit: Int { 2 << 20 }
    /// Most bytes of one string (MAX_ARG_STRLEN).
    static var stringLimit: Int { 131_072 }

    init() {}

    /// Adds an argument. Arguments come before the environment.
    ///
    /// - Throws: `.argListTooLong`, `.noMemory`.
    mutating func addArgument(_ text: Span<UInt8>) throws(Errno) {
        try add(text)
        argumentCount += 1
        environmentStart = bytes.count
    }

    /// Adds an environment string.
    ///
    /// - Throws: as `addArgument`.
    mutating func addEnvironment(_ text: Span<UInt8>) throws(Errno) {
        try add(text)
        environmentCount += 1
    }

    private mutating func add(_ text: Span<UInt8>) throws(Errno) {
        guard text.count < ProgramWords.stringLimit, bytes.count + text.count + 1 <= ProgramWords.limit else {
            throw .argListTooLong
        }
        do throws(OutOfMemory) {
            try bytes.append(copying: text)
            try bytes.append(0)
        } catch { throw .noMemory }
    }
}
