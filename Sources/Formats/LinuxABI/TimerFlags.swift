// SPDX-License-Identifier: Apache-2.0
//
// Flags and structures of timer_create(2), timer_settime(2) and timerfd_settime(2).

/// How a timer is set
///
/// - Source: timer_settime(2), timerfd_settime(2).
public struct TimerSetFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `TIMER_ABSTIME`, `TFD_TIMER_ABSTIME`.
    public static var absolute: TimerSetFlags { TimerSetFlags(rawValue: 1) }
    /// `TFD_TIMER_CANCEL_ON_SET`.
    public static var cancelOnSet: TimerSetFlags { TimerSetFlags(rawValue: 2) }
}

/// How somebody is told of an event
///
/// - Source: sigevent(3type).
public struct SignalNotification: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: Int32

    /// Creates it from the value that a program passes.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `SIGEV_SIGNAL`.
    public static var signal: SignalNotification { SignalNotification(rawValue: 0) }
    /// `SIGEV_NONE`.
    public static var none: SignalNotification { SignalNotification(rawValue: 1) }
    /// The C library's business, and a signal to the kernel (`SIGEV_THREAD`).
    public static var thread: SignalNotification { SignalNotification(rawValue: 2) }
    /// `SIGEV_THREAD_ID`.
    public static var threadID: SignalNotification { SignalNotification(rawValue: 4) }
}

/// How somebody wants to be told: `struct sigevent`.
///
/// - Layout: u64 value, s32 signal, s32 notification, s32 thread, padding; 64 bytes.
/// - Source: sigevent(3type).
public struct SignalEvent: Hashable, Sendable {
    /// What comes with the signal.
    public var value: UInt64
    /// Which signal.
    public var signal: Int32
    /// How it is sent.
    public var notification: SignalNotification
    /// To which thread, for `.threadID`.
    public var threadID: Int32

    /// SIGALRM to the process: what timer_create(2) does without a description.
    public static var alarm: SignalEvent { SignalEvent(value: 0, signal: 14, notification: .signal, threadID: 0) }

    /// Creates a description.
    public init(value: UInt64, signal: Int32, notification: SignalNotification, threadID: Int32) {
        self.value = value
        self.signal = signal
        self.notification = notification
        self.threadID = threadID
    }

    /// Reads the structure.
    public init(decoding buffer: borrowing LayoutBuffer<8>) {
        self.init(
            value: buffer.load64(0), signal: Int32(bitPattern: buffer.load32(8)),
            notification: SignalNotification(rawValue: Int32(bitPattern: buffer.load32(12))),
            threadID: Int32(bitPattern: buffer.load32(16)))
    }
}
