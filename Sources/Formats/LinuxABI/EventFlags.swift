// SPDX-License-Identifier: Apache-2.0
//
// Flags of epoll(7), eventfd(2), signalfd(2), pipe2(2) and the like. Poll event bits are `PollEvents` of the Events
// module.

/// What epoll_ctl(2) does
///
/// - Source: epoll_ctl(2).
public struct EpollCommand: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `EPOLL_CTL_ADD`.
    public static var add: EpollCommand { EpollCommand(rawValue: 1) }
    /// `EPOLL_CTL_DEL`.
    public static var delete: EpollCommand { EpollCommand(rawValue: 2) }
    /// `EPOLL_CTL_MOD`.
    public static var modify: EpollCommand { EpollCommand(rawValue: 3) }
}

/// How an epoll entry reports, beside the event bits
///
/// - Source: epoll_ctl(2).
public struct EpollFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `EPOLLEXCLUSIVE`.
    public static var exclusive: EpollFlags { EpollFlags(rawValue: 1 << 28) }
    /// `EPOLLWAKEUP`.
    public static var wakeUp: EpollFlags { EpollFlags(rawValue: 1 << 29) }
    /// `EPOLLONESHOT`.
    public static var oneShot: EpollFlags { EpollFlags(rawValue: 1 << 30) }
    /// `EPOLLET`.
    public static var edgeTriggered: EpollFlags { EpollFlags(rawValue: 1 << 31) }
}

/// How eventfd2(2) makes its descriptor
///
/// - Source: eventfd(2).
public struct EventDescriptorFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `EFD_SEMAPHORE`.
    public static var semaphore: EventDescriptorFlags { EventDescriptorFlags(rawValue: 1) }
    /// `EFD_NONBLOCK`.
    public static var nonBlocking: EventDescriptorFlags { EventDescriptorFlags(rawValue: 0o4000) }
    /// `EFD_CLOEXEC`.
    public static var closeOnExec: EventDescriptorFlags { EventDescriptorFlags(rawValue: 0o2000000) }
}

/// How splice(2) moves
///
/// - Source: splice(2).
public struct SpliceFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `SPLICE_F_MOVE`.
    public static var move: SpliceFlags { SpliceFlags(rawValue: 1) }
    /// `SPLICE_F_NONBLOCK`.
    public static var nonBlocking: SpliceFlags { SpliceFlags(rawValue: 2) }
    /// `SPLICE_F_MORE`.
    public static var more: SpliceFlags { SpliceFlags(rawValue: 4) }
    /// `SPLICE_F_GIFT`.
    public static var gift: SpliceFlags { SpliceFlags(rawValue: 8) }
}

/// How preadv2(2) and pwritev2(2) transfer
///
/// - Source: preadv2(2).
public struct ReadWriteFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `RWF_HIPRI`.
    public static var highPriority: ReadWriteFlags { ReadWriteFlags(rawValue: 1) }
    /// `RWF_DSYNC`.
    public static var dataSync: ReadWriteFlags { ReadWriteFlags(rawValue: 2) }
    /// `RWF_SYNC`.
    public static var sync: ReadWriteFlags { ReadWriteFlags(rawValue: 4) }
    /// `RWF_NOWAIT`.
    public static var noWait: ReadWriteFlags { ReadWriteFlags(rawValue: 8) }
    /// `RWF_APPEND`.
    public static var append: ReadWriteFlags { ReadWriteFlags(rawValue: 16) }
}
