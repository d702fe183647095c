// SPDX-License-Identifier: Apache-2.0
//
// What is known when the kernel itself fails: enough to find the place. Addresses of code are given relative to the
// image, whose place is random; the tool turns them into names with the image's symbols.

/// The facts of a kernel crash.
public struct CrashReport: Sendable {
    /// What happened, in words.
    public var cause: StaticString
    /// The CPU's number for it, and its error code.
    public var vector: UInt64
    /// The error code, 0 where there is none.
    public var error: UInt64
    /// The address that could not be reached, for a page fault.
    public var address: UInt64
    /// Where it happened: bytes from the image's start, or an absolute address outside of it.
    public var place: UInt64
    /// Registers in the order of `registerNames`.
    public var registers: InlineArray<18, UInt64>
    /// Return addresses, innermost first, relative to the image; 0 ends the list.
    public var backtrace: InlineArray<16, UInt64>

    /// Creates an empty report.
    public init(cause: StaticString) {
        self.cause = cause
        vector = 0
        error = 0
        address = 0
        place = 0
        registers = InlineArray(repeating: 0)
        backtrace = InlineArray(repeating: 0)
    }
}
