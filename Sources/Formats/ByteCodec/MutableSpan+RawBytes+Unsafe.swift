// SPDX-License-Identifier: Apache-2.0
//
// Byte storage that others write to, as the raw spans that copying code takes. The standard library's `mutableBytes` is
// unsafe because not every bit pattern is a value of every element type; every pattern is a UInt8.

extension MutableSpan<UInt8> {
    /// The elements as raw bytes, writable.
    @inlinable
    public var mutableRawBytes: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            // SAFETY: 1. UInt8 has neither padding nor invalid patterns. 2. The result borrows this span mutably.
            unsafe mutableBytes
        }
    }
}
