// SPDX-License-Identifier: Apache-2.0
//
// The request numbers of ioctl(2) that more than one module speaks of. Sources: ioctl_tty(2), ioctl(2), netdevice(7).

/// What ioctl(2) is asked to do
///
/// - Source: ioctl(2).
public struct ControlRequest: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `FIGETBSZ`.
    public static var getBlockSize: ControlRequest { ControlRequest(rawValue: 2) }
    /// `TCGETS`.
    public static var getAttributes: ControlRequest { ControlRequest(rawValue: 0x5401) }
    /// `TCSETS`.
    public static var setAttributes: ControlRequest { ControlRequest(rawValue: 0x5402) }
    /// `TCSETSW`.
    public static var setAttributesDraining: ControlRequest { ControlRequest(rawValue: 0x5403) }
    /// `TCSETSF`.
    public static var setAttributesFlushing: ControlRequest { ControlRequest(rawValue: 0x5404) }
    /// `TCSBRK`.
    public static var sendBreak: ControlRequest { ControlRequest(rawValue: 0x5409) }
    /// `TCXONC`.
    public static var flowControl: ControlRequest { ControlRequest(rawValue: 0x540a) }
    /// `TCFLSH`.
    public static var flush: ControlRequest { ControlRequest(rawValue: 0x540b) }
    /// `TIOCEXCL`.
    public static var exclusive: ControlRequest { ControlRequest(rawValue: 0x540c) }
    /// `TIOCNXCL`.
    public static var notExclusive: ControlRequest { ControlRequest(rawValue: 0x540d) }
    /// `TIOCSCTTY`.
    public static var setControllingTerminal: ControlRequest { ControlRequest(rawValue: 0x540e) }
    /// `TIOCGPGRP`.
    public static var getForegroundGroup: ControlRequest { ControlRequest(rawValue: 0x540f) }
    /// `TIOCSPGRP`.
    public static var setForegroundGroup: ControlRequest { ControlRequest(rawValue: 0x5410) }
    /// `TIOCOUTQ`.
    public static var outputPending: ControlRequest { ControlRequest(rawValue: 0x5411) }
    /// `TIOCSTI`.
    public static var insertByte: ControlRequest { ControlRequest(rawValue: 0x5412) }
    /// `TIOCGWINSZ`.
    public static var getWindowSize: ControlRequest { ControlRequest(rawValue: 0x5413) }
    /// `TIOCSWINSZ`.
    public static var setWindowSize: ControlRequest { ControlRequest(rawValue: 0x5414) }
    /// `FIONREAD`.
    public static var inputPending: ControlRequest { ControlRequest(rawValue: 0x541b) }
    /// `TIOCCONS`.
    public static var consoleRedirect: ControlRequest { ControlRequest(rawValue: 0x541d) }
    /// `TIOCPKT`.
    public static var packetMode: ControlRequest { ControlRequest(rawValue: 0x5420) }
    /// `FIONBIO`.
    public static var setNonBlocking: ControlRequest { ControlRequest(rawValue: 0x5421) }
    /// `TIOCNOTTY`.
    public static var giveUpTerminal: ControlRequest { ControlRequest(rawValue: 0x5422) }
    /// `TIOCGSID`.
    public static var getSession: ControlRequest { ControlRequest(rawValue: 0x5429) }
    /// `TCGETS2`.
    public static var getAttributes2: ControlRequest { ControlRequest(rawValue: 0x802c_542a) }
    /// `TCSETS2`.
    public static var setAttributes2: ControlRequest { ControlRequest(rawValue: 0x402c_542b) }
    /// `TCSETSW2`.
    public static var setAttributes2Draining: ControlRequest { ControlRequest(rawValue: 0x402c_542c) }
    /// `TCSETSF2`.
    public static var setAttributes2Flushing: ControlRequest { ControlRequest(rawValue: 0x402c_542d) }
    /// `TIOCGPTN`.
    public static var getPseudoTerminalNumber: ControlRequest { ControlRequest(rawValue: 0x8004_5430) }
    /// `TIOCSPTLCK`.
    public static var lockPseudoTerminal: ControlRequest { ControlRequest(rawValue: 0x4004_5431) }
    /// `TIOCSIG`.
    public static var signalForeground: ControlRequest { ControlRequest(rawValue: 0x4004_5436) }
    /// `TIOCGPKT`.
    public static var getPacketMode: ControlRequest { ControlRequest(rawValue: 0x8004_5438) }
    /// `TIOCGPTLCK`.
    public static var getPseudoTerminalLock: ControlRequest { ControlRequest(rawValue: 0x8004_5439) }
    /// `TIOCGPTPEER`.
    public static var getPeer: ControlRequest { ControlRequest(rawValue: 0x5441) }
    /// `FIONCLEX`.
    public static var noCloseOnExec: ControlRequest { ControlRequest(rawValue: 0x5450) }
    /// `FIOCLEX`.
    public static var closeOnExec: ControlRequest { ControlRequest(rawValue: 0x5451) }
    /// `FIOASYNC`.
    public static var setAsynchronous: ControlRequest { ControlRequest(rawValue: 0x5452) }
    /// `RNDGETENTCNT`.
    public static var entropyCount: ControlRequest { ControlRequest(rawValue: 0x8004_5200) }
    /// `RNDADDENTROPY`.
    public static var addEntropy: ControlRequest { ControlRequest(rawValue: 0x4008_5203) }
}
