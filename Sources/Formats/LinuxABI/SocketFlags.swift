// SPDX-License-Identifier: Apache-2.0
//
// Numbers and flags of the socket calls: families, types, message flags, options, kinds of ancillary data.

/// A family of addresses and protocols
///
/// - Source: socket(2), address_families(7).
public struct AddressFamily: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt16

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// `AF_UNSPEC`.
    public static var unspecified: AddressFamily { AddressFamily(rawValue: 0) }
    /// `AF_UNIX`.
    public static var unix: AddressFamily { AddressFamily(rawValue: 1) }
}

/// How a socket carries data
///
/// - Source: socket(2).
public struct SocketType: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `SOCK_STREAM`.
    public static var stream: SocketType { SocketType(rawValue: 1) }
    /// `SOCK_DGRAM`.
    public static var datagram: SocketType { SocketType(rawValue: 2) }
    /// `SOCK_RAW`.
    public static var raw: SocketType { SocketType(rawValue: 3) }
    /// `SOCK_SEQPACKET`.
    public static var sequentialPackets: SocketType { SocketType(rawValue: 5) }
    /// The bits that are the type; the others are flags (`SOCK_TYPE_MASK`).
    public static var mask: UInt32 { 0xf }
    /// Types from here on do not exist (`SOCK_MAX`).
    public static var end: UInt32 { 11 }
}

/// How a message is sent or received
///
/// - Source: send(2), recv(2).
public struct MessageFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `MSG_OOB`.
    public static var outOfBand: MessageFlags { MessageFlags(rawValue: 1) }
    /// `MSG_PEEK`.
    public static var peek: MessageFlags { MessageFlags(rawValue: 2) }
    /// `MSG_DONTROUTE`.
    public static var dontRoute: MessageFlags { MessageFlags(rawValue: 4) }
    /// `MSG_CTRUNC`.
    public static var controlTruncated: MessageFlags { MessageFlags(rawValue: 8) }
    /// `MSG_TRUNC`.
    public static var truncated: MessageFlags { MessageFlags(rawValue: 0x20) }
    /// `MSG_DONTWAIT`.
    public static var dontWait: MessageFlags { MessageFlags(rawValue: 0x40) }
    /// `MSG_EOR`.
    public static var endOfRecord: MessageFlags { MessageFlags(rawValue: 0x80) }
    /// `MSG_WAITALL`.
    public static var waitAll: MessageFlags { MessageFlags(rawValue: 0x100) }
    /// `MSG_CONFIRM`.
    public static var confirm: MessageFlags { MessageFlags(rawValue: 0x800) }
    /// `MSG_ERRQUEUE`.
    public static var errorQueue: MessageFlags { MessageFlags(rawValue: 0x2000) }
    /// `MSG_NOSIGNAL`.
    public static var noSignal: MessageFlags { MessageFlags(rawValue: 0x4000) }
    /// `MSG_MORE`.
    public static var more: MessageFlags { MessageFlags(rawValue: 0x8000) }
    /// `MSG_WAITFORONE`.
    public static var waitForOne: MessageFlags { MessageFlags(rawValue: 0x1_0000) }
    /// `MSG_CMSG_CLOEXEC`.
    public static var controlCloseOnExec: MessageFlags { MessageFlags(rawValue: 0x4000_0000) }
}

/// An option of every socket (level `SOL_SOCKET`)
///
/// - Source: socket(7).
public struct SocketOption: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The level of these options (`SOL_SOCKET`).
    public static var level: UInt32 { 1 }

    /// `SO_REUSEADDR`.
    public static var reuseAddress: SocketOption { SocketOption(rawValue: 2) }
    /// `SO_TYPE`.
    public static var type: SocketOption { SocketOption(rawValue: 3) }
    /// `SO_ERROR`.
    public static var error: SocketOption { SocketOption(rawValue: 4) }
    /// `SO_BROADCAST`.
    public static var broadcast: SocketOption { SocketOption(rawValue: 6) }
    /// `SO_SNDBUF`.
    public static var sendBuffer: SocketOption { SocketOption(rawValue: 7) }
    /// `SO_RCVBUF`.
    public static var receiveBuffer: SocketOption { SocketOption(rawValue: 8) }
    /// `SO_KEEPALIVE`.
    public static var keepAlive: SocketOption { SocketOption(rawValue: 9) }
    /// `SO_LINGER`.
    public static var linger: SocketOption { SocketOption(rawValue: 13) }
    /// `SO_REUSEPORT`.
    public static var reusePort: SocketOption { SocketOption(rawValue: 15) }
    /// `SO_PASSCRED`.
    public static var passCredentials: SocketOption { SocketOption(rawValue: 16) }
    /// `SO_PEERCRED`.
    public static var peerCredentials: SocketOption { SocketOption(rawValue: 17) }
    /// `SO_RCVTIMEO`.
    public static var receiveTimeout: SocketOption { SocketOption(rawValue: 20) }
    /// `SO_SNDTIMEO`.
    public static var sendTimeout: SocketOption { SocketOption(rawValue: 21) }
    /// `SO_ACCEPTCONN`.
    public static var isListening: SocketOption { SocketOption(rawValue: 30) }
    /// `SO_SNDBUFFORCE`.
    public static var sendBufferForced: SocketOption { SocketOption(rawValue: 32) }
    /// `SO_RCVBUFFORCE`.
    public static var receiveBufferForced: SocketOption { SocketOption(rawValue: 33) }
    /// `SO_PROTOCOL`.
    public static var protocolNumber: SocketOption { SocketOption(rawValue: 38) }
    /// `SO_DOMAIN`.
    public static var domain: SocketOption { SocketOption(rawValue: 39) }
}

/// What a piece of ancillary data is (level `SOL_SOCKET`)
///
/// - Source: unix(7), "Ancillary messages".
public struct ControlMessageType: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Open files (`SCM_RIGHTS`).
    public static var rights: ControlMessageType { ControlMessageType(rawValue: 1) }
    /// Who sends (`SCM_CREDENTIALS`).
    public static var credentials: ControlMessageType { ControlMessageType(rawValue: 2) }
}
