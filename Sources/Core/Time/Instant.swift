// SPDX-License-Identifier: Apache-2.0
//
// A point of the monotonic time: nanoseconds since the kernel was entered. 64 bits last 584 years.

/// A point in monotonic time.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the kernel was entered.
    public var nanoseconds: UInt64

    /// Creates the instant from its number.
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The kernel's entry.
    public static var boot: Instant { Instant(nanoseconds: 0) }
    /// Later than everything.
    public static var never: Instant { Instant(nanoseconds: .max) }

    /// Earlier first.
    @inline(__always) public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The instant some nanoseconds later; `never` when that is out of range.
    public func advanced(byNanoseconds count: UInt64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    /// Nanoseconds from an earlier instant to this one; 0 if it is not earlier.
    public func nanoseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
    }
}
