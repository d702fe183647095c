// SPDX-License-Identifier: Apache-2.0
//
// The bytes of literals, which the standard library offers only unsafely, with the check beside the access.

extension StaticString {
    /// The UTF-8 code unit at an index.
    ///
    /// - Precondition: `0 <= index < utf8CodeUnitCount`.
    public func byte(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < utf8CodeUnitCount)
        // SAFETY: a literal has a pointer representation and this many bytes.
        return unsafe utf8Start[index]
    }
}
