// SPDX-License-Identifier: Apache-2.0
//
// Where `print` goes: Swift writes byte by byte to C's putchar. Hosts have their own.

/// The receiver of what `print` writes.
public enum PrintOutput {
    /// Gets each byte; set once at start, before anything prints.
    nonisolated(unsafe) public static var put: ((UInt8) -> Void)?
}

#if os(none)
/// putchar(3).
@c(putchar)
public func putCharacter(_ character: CInt) -> CInt {
    PrintOutput.put?(UInt8(truncatingIfNeeded: character))
    return character
}
#endif
