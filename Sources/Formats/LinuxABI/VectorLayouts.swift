// SPDX-License-Identifier: Apache-2.0
//
// Small structures that come in arrays or that calls exchange one of: iovec, pollfd, flock, itimerspec.

/// One range of a vectored transfer: `struct iovec`.
///
/// - Source: readv(2).
public struct IOVector: Hashable, Sendable {
    /// Where it begins in user memory.
    public var base: UInt64
    /// How many bytes.
    public var count: UInt64

    /// The size of the structure.
    public static var byteCount: Int { 16 }
    /// The greatest number of ranges in one call (`IOV_MAX`).
    public static var limit: Int { 1024 }

    /// Reads a `struct iovec`.
    public init<let words: Int>(decoding buffer: borrowing LayoutBuffer<words>, at offset: Int = 0) {
        base = buffer.load64(offset)
        count = buffer.load64(offset + 8)
    }
}

/// One descriptor of poll(2): `struct pollfd`.
///
/// - Layout: s32 descriptor, u16 wanted events, u16 returned events; 8 bytes.
/// - Source: poll(2).
public struct PollDescriptor: Hashable, Sendable {
    /// Which descriptor; negative ones are skipped.
    public var descriptor: Int32
    /// What is wanted.
    public var events: UInt16
    /// What is there.
    public var returned: UInt16

    /// Reads a `struct pollfd`.
    public init<let words: Int>(decoding buffer: borrowing LayoutBuffer<words>, at offset: Int = 0) {
        descriptor = Int32(bitPattern: buffer.load32(offset))
        events = buffer.load16(offset + 4)
        returned = buffer.load16(offset + 6)
    }

    /// Stores a `struct pollfd`.
    public func encode<let words: Int>(into buffer: inout LayoutBuffer<words>, at offset: Int = 0) {
        buffer.store32(UInt32(bitPattern: descriptor), at: offset)
        buffer.store16(events, at: offset + 4)
        buffer.store16(returned, at: offset + 6)
    }
}

/// A lock on a range of a file: `struct flock`.
///
/// - Layout: u16 kind, u16 origin, padding, s64 start, s64 length, s32 process; 32 bytes.
/// - Source: fcntl(2), "Advisory record locking".
public struct FileLockRequest: Hashable, Sendable {
    /// 0 to read, 1 to write, 2 to unlock.
    public var kind: UInt16
    /// What `start` counts from.
    public var origin: SeekOrigin
    /// The first byte.
    public var start: Int64
    /// How many bytes; 0 up to the end, negative before `start`.
    public var length: Int64
    /// Who holds it.
    public var processID: Int32

    /// Reads a `struct flock`.
    public init(decoding buffer: borrowing LayoutBuffer<4>) {
        kind = buffer.load16(0)
        origin = SeekOrigin(rawValue: UInt32(buffer.load16(2)))
        start = Int64(bitPattern: buffer.load64(8))
        length = Int64(bitPattern: buffer.load64(16))
        processID = Int32(bitPattern: buffer.load32(24))
    }

    /// The `struct flock`.
    public var encoded: LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        buffer.store16(kind, at: 0)
        buffer.store16(UInt16(truncatingIfNeeded: origin.rawValue), at: 2)
        buffer.store64(UInt64(bitPattern: start), at: 8)
        buffer.store64(UInt64(bitPattern: length), at: 16)
        buffer.store32(UInt32(bitPattern: processID), at: 24)
        return buffer
    }
}

/// A timer's period and next expiry: `struct itimerspec`, or `struct itimerval` in microseconds.
///
/// - Source: timer_settime(2), setitimer(2).
public struct IntervalTime: Hashable, Sendable {
    /// The period, zero for a single shot.
    public var interval: Timestamp
    /// The next expiry, zero when it is off.
    public var value: Timestamp

    /// Creates a pair.
    public init(interval: Timestamp, value: Timestamp) {
        self.interval = interval
        self.value = value
    }

    /// Reads a `struct itimerspec`; nil if the nanoseconds are out of range.
    public init?(decoding buffer: borrowing LayoutBuffer<4>) {
        guard let interval = Timestamp(decoding: buffer, at: 0), let value = Timestamp(decoding: buffer, at: 16) else {
            return nil
        }
        self.init(interval: interval, value: value)
    }

    /// Reads a `struct itimerval`; nil if the microseconds are out of range.
    public init?(decodingMicroseconds buffer: borrowing LayoutBuffer<4>) {
        guard let interval = Timestamp(decodingMicroseconds: buffer, at: 0),
            let value = Timestamp(decodingMicroseconds: buffer, at: 16)
        else { return nil }
        self.init(interval: interval, value: value)
    }

    /// The `struct itimerspec`.
    public var encoded: LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        interval.encode(into: &buffer, at: 0)
        value.encode(into: &buffer, at: 16)
        return buffer
    }

    /// The `struct itimerval`.
    public var encodedMicroseconds: LayoutBuffer<4> {
        var buffer = LayoutBuffer<4>()
        interval.encodeMicroseconds(into: &buffer, at: 0)
        value.encodeMicroseconds(into: &buffer, at: 16)
        return buffer
    }
}
