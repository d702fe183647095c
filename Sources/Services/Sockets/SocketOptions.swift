// SPDX-License-Identifier: Apache-2.0
//
// The options that every socket has, whatever its family: buffer sizes, time limits, and switches that are remembered
// for those who ask. Source: socket(7).

public import LinuxABI

/// Options of a socket, but for those that are looked at with every message: these are the socket's own.
public struct SocketOptions: Sendable {
    /// Whose time limit.
    public enum Side: Sendable {
        /// Receiving and accepting.
        case receiving
        /// Sending and connecting.
        case sending
    }

    /// `SO_RCVBUF`.
    public var receiveBuffer: Int = 212_992
    /// Nanoseconds; 0 for no limit.
    public var receiveTimeout: UInt64 = 0
    /// Nanoseconds; 0 for no limit.
    public var sendTimeout: UInt64 = 0
    /// Whether and how many seconds close(2) waits (`SO_LINGER`); remembered.
    public var linger: UInt64 = 0
    /// Switches that are remembered, a bit each by their number.
    private var switches: UInt64 = 0

    /// What the buffers may be set to without privileges (`net.core.wmem_max`).
    public static var bufferLimit: Int { 212_992 }

    /// The time limit of a side.
    public func timeout(_ side: Side) -> UInt64 { side == .receiving ? receiveTimeout : sendTimeout }

    /// Whether an option is a switch that is only remembered here.
    public static func isSwitch(_ option: SocketOption) -> Bool {
        switch option {
        case .reuseAddress, .broadcast, .keepAlive, .reusePort: return true
        default: return false
        }
    }

    /// A switch.
    public subscript(option: SocketOption) -> Bool {
        get { switches >> UInt64(option.rawValue) & 1 != 0 }
        set {
            let bit = UInt64(1) << UInt64(option.rawValue)
            if newValue { switches |= bit } else { switches &= ~bit }
        }
    }

    /// The size that a buffer gets for a wish: twice, within limits (socket(7), SO_SNDBUF).
    public static func bufferSize(_ wish: Int, limit: Int, least: Int) -> Int {
        max(min(max(wish, 0), limit) * 2, least)
    }
}
