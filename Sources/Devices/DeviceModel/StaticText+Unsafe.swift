// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a static text, bounds-checked. StaticString has no equality and no span of its own, and String is too
// heavy for an image, so port names and error texts are compared here.

extension StaticString {
    /// How many UTF-8 bytes the text has.
    public var byteCount: Int { hasPointerRepresentation ? utf8CodeUnitCount : 0 }

    /// The UTF-8 byte at `index`.
    ///
    /// - Precondition: `index` is in `0..<byteCount`.
    public func byte(at index: Int) -> UInt8 {
        precondition(index >= 0 && index < byteCount)
        // SAFETY: 1. a static string with a pointer representation points to utf8CodeUnitCount constant bytes that live
        // as long as the image (the standard library's promise). 2. the index was checked against that count above.
        return unsafe utf8Start[index]
    }

    /// Whether both texts have the same bytes.
    public func hasSameBytes(as other: StaticString) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount where byte(at: index) != other.byte(at: index) { return false }
        return true
    }

    /// Whether the text has exactly the bytes of `bytes`.
    public func hasSameBytes(as bytes: [UInt8]) -> Bool {
        guard byteCount == bytes.count else { return false }
        for index in 0..<byteCount where byte(at: index) != bytes[index] { return false }
        return true
    }
}
