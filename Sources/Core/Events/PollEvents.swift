// SPDX-License-Identifier: Apache-2.0
//
// What a pollable thing is ready for, with the bits of poll(2) and epoll(7), which are the same for these.

/// Readiness.
public struct PollEvents: OptionSet, Sendable {
    /// The bits below.
    public let rawValue: UInt32
    /// Creates a set from its bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// All of them: a change of which nothing more is known.
    public static let any = PollEvents(rawValue: 0xffff)
    /// There is something to read (POLLIN).
    public static let readable = PollEvents(rawValue: 0x001)
    /// Something exceptional is there to read (POLLPRI).
    public static let priority = PollEvents(rawValue: 0x002)
    /// Writing will not block (POLLOUT).
    public static let writable = PollEvents(rawValue: 0x004)
    /// An error is pending (POLLERR); always reported.
    public static let error = PollEvents(rawValue: 0x008)
    /// The other end is gone (POLLHUP); always reported.
    public static let hangUp = PollEvents(rawValue: 0x010)
    /// The descriptor is not open (POLLNVAL); poll only.
    public static let invalid = PollEvents(rawValue: 0x020)
    /// Normal data may be read (POLLRDNORM).
    public static let readableNormal = PollEvents(rawValue: 0x040)
    /// Normal data may be written (POLLWRNORM).
    public static let writableNormal = PollEvents(rawValue: 0x100)
    /// The other end will write no more (POLLRDHUP).
    public static let readHangUp = PollEvents(rawValue: 0x2000)
    /// Out-of-band data may be read (POLLRDBAND).
    public static let readableBand = PollEvents(rawValue: 0x080)
    /// Priority data may be written (POLLWRBAND).
    public static let writableBand = PollEvents(rawValue: 0x200)

    /// With what goes along: POLLRDNORM with POLLIN and POLLWRNORM with POLLOUT, because normal data is what every file
    /// has.
    @inline(__always) public var completed: PollEvents {
        PollEvents(rawValue: rawValue | (rawValue & 1) << 6 | (rawValue & 4) << 6)
    }
}
