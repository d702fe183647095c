// SPDX-License-Identifier: Apache-2.0
//
// One system call: a row of the table, which is the documentation (Docs/LinuxCompatibility.md is made from it), the
// dispatch and the trace at once.

internal import LinuxABI
internal import Processes
internal import Processor

/// How much of a call's man page works.
enum Support: UInt8, Sendable {
    /// Everything that makes sense in a machine with one application.
    case full
    /// Some of it; the note says what is missing.
    case partial
    /// Always answers the same error, as a Linux that was built without it does.
    case absent
}

/// The handler of a call: decodes the registers to types, calls a service, answers a value.
typealias SystemCallHandler = @Sendable (ProgramRegisters, Task) throws(Errno) -> Int

/// A row of the table.
struct SystemCallRow: Sendable {
    /// The name in the manual.
    let name: StaticString
    /// See `Support`.
    let support: Support
    /// What the trace shows of each argument, a letter each: `d` signed, `u` unsigned, `x` hexadecimal, `o` octal,
    /// `s` string, `w` bytes that are written (their count is the next argument), `r` bytes that were read (the result
    /// counts them), `v` strings of a vector, `p` address.
    let arguments: StaticString
    /// What is missing or different.
    let note: StaticString
    /// See `SystemCallHandler`.
    let handler: SystemCallHandler

    init(
        _ name: StaticString, _ support: Support, _ arguments: StaticString, _ note: StaticString = "",
        _ handler: @escaping SystemCallHandler
    ) {
        self.name = name
        self.support = support
        self.arguments = arguments
        self.note = note
        self.handler = handler
    }

    /// A call that is not there: ENOSYS.
    init(absent name: StaticString, _ note: StaticString = "") {
        self.name = name
        support = .absent
        arguments = "xxxxxx"
        self.note = note
        handler = { (_, _) throws(Errno) -> Int in throw .noFunction }
    }
}
