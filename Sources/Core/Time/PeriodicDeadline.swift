// SPDX-License-Identifier: Apache-2.0
//
// A deadline that comes again with a period, on any clock that counts nanoseconds: how often it has passed is computed
// when somebody asks, so a period of a nanosecond costs no more than one of a day.

/// A deadline with a period.
public struct PeriodicDeadline: Sendable, Equatable {
    /// The next time it is due; 0 while there is none.
    public private(set) var next: UInt64
    /// Nanoseconds from one time to the next; 0 for a single shot.
    public private(set) var period: UInt64

    /// No deadline.
    public static var none: PeriodicDeadline { PeriodicDeadline(next: 0, period: 0) }

    /// Creates a deadline.
    ///
    /// - Parameter next: 0 for none.
    public init(next: UInt64, period: UInt64) {
        self.next = next
        self.period = period
    }

    /// Whether there is one.
    public var isArmed: Bool { next != 0 }

    /// Nanoseconds until it is due, at least 1 while it is armed, because 0 means "disarmed" to programs.
    public func remaining(at now: UInt64) -> UInt64 {
        if next == 0 { return 0 }
        if next > now { return next - now }
        if period == 0 { return 1 }
        return period - (now - next) % period
    }

    /// Moves the deadline behind `now`.
    ///
    /// - Returns: how often it was due up to now. Without a period it is over then.
    public mutating func pass(_ now: UInt64) -> UInt64 {
        guard next != 0, now >= next else { return 0 }
        if period == 0 {
            next = 0
            return 1
        }
        let count = (now - next) / period + 1
        let (distance, overflow) = count.multipliedReportingOverflow(by: period)
        let (sum, carry) = next.addingReportingOverflow(distance)
        next = overflow || carry ? .max : sum
        return count
    }
}
