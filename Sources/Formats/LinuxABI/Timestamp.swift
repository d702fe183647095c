// SPDX-License-Identifier: Apache-2.0
//
// Points and spans of time as programs see them: struct timespec and struct timeval, and the pairs for interval timers.
// Kernel code uses Instant and Duration; these types live at the system call edge and in inodes.

/// A point in time since 1970, or a span: `struct timespec`.
///
/// - Layout: s64 seconds, s64 nanoseconds; 16 bytes.
/// - Source: timespec(3type).
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole seconds; negative before 1970.
    public var seconds: Int64
    /// The rest: 0 to 999,999,999.
    public var nanoseconds: UInt32

    /// Creates a timestamp.
    public init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// 1970-01-01 00:00:00 UTC.
    public static var epoch: Timestamp { Timestamp(seconds: 0, nanoseconds: 0) }

    /// Creates a timestamp from nanoseconds since 1970.
    public init(nanosecondsSinceEpoch total: UInt64) {
        seconds = Int64(total / 1_000_000_000)
        nanoseconds = UInt32(total % 1_000_000_000)
    }

    /// Earlier first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds != right.seconds ? left.seconds < right.seconds : left.nanoseconds < right.nanoseconds
    }

    /// The time in nanoseconds, held at the greatest and least representable values; nil if it is negative.
    public var totalNanoseconds: UInt64? {
        if seconds < 0 { return nil }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return .max }
        let (sum, carry) = product.addingReportingOverflow(UInt64(nanoseconds))
        return carry ? .max : sum
    }

    /// Reads a `struct timespec`; nil if the nanoseconds are out of range.
    public init?<let words: Int>(decoding buffer: borrowing LayoutBuffer<words>, at offset: Int = 0) {
        let nanoseconds = buffer.load64(offset + 8)
        if nanoseconds >= 1_000_000_000 { return nil }
        self.init(seconds: Int64(bitPattern: buffer.load64(offset)), nanoseconds: UInt32(nanoseconds))
    }

    /// Reads a `struct timeval`; nil if the microseconds are out of range.
    public init?<let words: Int>(decodingMicroseconds buffer: borrowing LayoutBuffer<words>, at offset: Int = 0) {
        let microseconds = buffer.load64(offset + 8)
        if microseconds >= 1_000_000 { return nil }
        self.init(seconds: Int64(bitPattern: buffer.load64(offset)), nanoseconds: UInt32(microseconds) * 1000)
    }

    /// Stores a `struct timespec`.
    public func encode<let words: Int>(into buffer: inout LayoutBuffer<words>, at offset: Int) {
        buffer.store64(UInt64(bitPattern: seconds), at: offset)
        buffer.store64(UInt64(nanoseconds), at: offset + 8)
    }

    /// Stores a `struct timeval`, the nanoseconds cut to microseconds.
    public func encodeMicroseconds<let words: Int>(into buffer: inout LayoutBuffer<words>, at offset: Int) {
        buffer.store64(UInt64(bitPattern: seconds), at: offset)
        buffer.store64(UInt64(nanoseconds / 1000), at: offset + 8)
    }

    /// The `struct timespec`.
    public var encoded: LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>()
        encode(into: &buffer, at: 0)
        return buffer
    }

    /// The `struct timeval`.
    public var encodedMicroseconds: LayoutBuffer<2> {
        var buffer = LayoutBuffer<2>()
        encodeMicroseconds(into: &buffer, at: 0)
        return buffer
    }
}
