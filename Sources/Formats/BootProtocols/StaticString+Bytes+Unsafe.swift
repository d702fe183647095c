// SPDX-License-Identifier: Apache-2.0

// Bytes of the words that the kernel compares with: String costs tens of kilobytes in an image, StaticString nothing.

extension StaticString {
    /// The UTF-8 byte at `index`.
    ///
    /// - Precondition: the index is within `utf8CodeUnitCount`.
    func byte(at index: Int) -> UInt8 {
        precondition(hasPointerRepresentation && index >= 0 && index < utf8CodeUnitCount)
        // SAFETY: 1. The literal is stored as bytes, tested above; 2. the index lies within them; 3. they live forever.
        return unsafe utf8Start[index]
    }
}
