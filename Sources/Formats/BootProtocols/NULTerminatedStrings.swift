// SPDX-License-Identifier: Apache-2.0

// The strings of a list in which every string ends in a NUL, the form of arguments and environment in the boot record.

import ByteCodec

/// NUL-terminated strings, one after the other.
public struct NULTerminatedStrings: ~Escapable {
    private let bytes: RawSpan
    private var position: Int
    private let end: Int

    /// Starts at the first string of `range`, which is cut to the bytes that exist.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, in range: Range<Int>) {
        self.bytes = bytes
        position = max(0, range.lowerBound)
        end = min(bytes.byteCount, range.upperBound)
    }

    /// Where the next string is, without its NUL, or nil behind the last.
    @_lifetime(self: copy self)
    public mutating func next() -> Range<Int>? {
        guard position < end else { return nil }
        let start = position
        while position < end, bytes.byte(at: position) != 0 { position += 1 }
        let string = start..<position
        if position < end { position += 1 }
        return string
    }

    /// Number of strings from here on.
    ///
    /// - Complexity: O(bytes).
    public func remainingCount() -> Int {
        var count = 0
        var inside = false
        var offset = position
        while offset < end {
            inside = bytes.byte(at: offset) != 0
            if !inside { count += 1 }
            offset += 1
        }
        return inside ? count + 1 : count
    }
}
