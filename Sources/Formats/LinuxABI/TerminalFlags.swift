// SPDX-License-Identifier: Apache-2.0
//
// The flag words and control characters of a terminal, as in the kernel's struct termios (TerminalAttributes.swift).

/// Input modes
///
/// - Source: termios(3).
public struct TerminalInputFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `IGNBRK`.
    public static var ignoreBreak: TerminalInputFlags { TerminalInputFlags(rawValue: 1) }
    /// `BRKINT`.
    public static var breakInterrupts: TerminalInputFlags { TerminalInputFlags(rawValue: 2) }
    /// `IGNPAR`.
    public static var ignoreParityErrors: TerminalInputFlags { TerminalInputFlags(rawValue: 4) }
    /// `PARMRK`.
    public static var markParityErrors: TerminalInputFlags { TerminalInputFlags(rawValue: 8) }
    /// `INPCK`.
    public static var checkParity: TerminalInputFlags { TerminalInputFlags(rawValue: 0o20) }
    /// `ISTRIP`.
    public static var stripEighthBit: TerminalInputFlags { TerminalInputFlags(rawValue: 0o40) }
    /// `INLCR`.
    public static var newlineToReturn: TerminalInputFlags { TerminalInputFlags(rawValue: 0o100) }
    /// `IGNCR`.
    public static var ignoreReturn: TerminalInputFlags { TerminalInputFlags(rawValue: 0o200) }
    /// `ICRNL`.
    public static var returnToNewline: TerminalInputFlags { TerminalInputFlags(rawValue: 0o400) }
    /// `IUCLC`.
    public static var lowercase: TerminalInputFlags { TerminalInputFlags(rawValue: 0o1000) }
    /// `IXON`.
    public static var startStopOutput: TerminalInputFlags { TerminalInputFlags(rawValue: 0o2000) }
    /// `IXANY`.
    public static var anyRestarts: TerminalInputFlags { TerminalInputFlags(rawValue: 0o4000) }
    /// `IXOFF`.
    public static var startStopInput: TerminalInputFlags { TerminalInputFlags(rawValue: 0o10000) }
    /// `IMAXBEL`.
    public static var bellWhenFull: TerminalInputFlags { TerminalInputFlags(rawValue: 0o20000) }
    /// `IUTF8`.
    public static var utf8: TerminalInputFlags { TerminalInputFlags(rawValue: 0o40000) }
}

/// Output modes
///
/// - Source: termios(3).
public struct TerminalOutputFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `OPOST`.
    public static var process: TerminalOutputFlags { TerminalOutputFlags(rawValue: 1) }
    /// `OLCUC`.
    public static var uppercase: TerminalOutputFlags { TerminalOutputFlags(rawValue: 2) }
    /// `ONLCR`.
    public static var newlineToReturnNewline: TerminalOutputFlags { TerminalOutputFlags(rawValue: 4) }
    /// `OCRNL`.
    public static var returnToNewline: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o10) }
    /// `ONOCR`.
    public static var noReturnAtColumnZero: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o20) }
    /// `ONLRET`.
    public static var newlineReturns: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o40) }
    /// `OFILL`.
    public static var fill: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o100) }
    /// `OFDEL`.
    public static var fillDelete: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o200) }
    /// `XTABS`.
    public static var expandTabs: TerminalOutputFlags { TerminalOutputFlags(rawValue: 0o14000) }
}

/// Control modes
///
/// - Source: termios(3).
public struct TerminalControlFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `B38400`.
    public static var speed38400: TerminalControlFlags { TerminalControlFlags(rawValue: 0o17) }
    /// `CSIZE`.
    public static var sizeMask: TerminalControlFlags { TerminalControlFlags(rawValue: 0o60) }
    /// `CS8`.
    public static var size8: TerminalControlFlags { TerminalControlFlags(rawValue: 0o60) }
    /// `CSTOPB`.
    public static var twoStopBits: TerminalControlFlags { TerminalControlFlags(rawValue: 0o100) }
    /// `CREAD`.
    public static var receive: TerminalControlFlags { TerminalControlFlags(rawValue: 0o200) }
    /// `PARENB`.
    public static var parity: TerminalControlFlags { TerminalControlFlags(rawValue: 0o400) }
    /// `PARODD`.
    public static var oddParity: TerminalControlFlags { TerminalControlFlags(rawValue: 0o1000) }
    /// `HUPCL`.
    public static var hangUpOnClose: TerminalControlFlags { TerminalControlFlags(rawValue: 0o2000) }
    /// `CLOCAL`.
    public static var local: TerminalControlFlags { TerminalControlFlags(rawValue: 0o4000) }
    /// `CRTSCTS`.
    public static var hardwareFlow: TerminalControlFlags { TerminalControlFlags(rawValue: 0o20000000000) }
}

/// Local modes
///
/// - Source: termios(3).
public struct TerminalLocalFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `ISIG`.
    public static var signals: TerminalLocalFlags { TerminalLocalFlags(rawValue: 1) }
    /// `ICANON`.
    public static var canonical: TerminalLocalFlags { TerminalLocalFlags(rawValue: 2) }
    /// `ECHO`.
    public static var echo: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o10) }
    /// `ECHOE`.
    public static var echoErase: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o20) }
    /// `ECHOK`.
    public static var echoKill: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o40) }
    /// `ECHONL`.
    public static var echoNewline: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o100) }
    /// `NOFLSH`.
    public static var noFlush: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o200) }
    /// `TOSTOP`.
    public static var stopBackgroundOutput: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o400) }
    /// `ECHOCTL`.
    public static var echoControl: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o1000) }
    /// `ECHOPRT`.
    public static var echoErasedBetweenBars: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o2000) }
    /// `ECHOKE`.
    public static var echoKillErases: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o4000) }
    /// `FLUSHO`.
    public static var flushing: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o10000) }
    /// `PENDIN`.
    public static var retypePending: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o40000) }
    /// `IEXTEN`.
    public static var extended: TerminalLocalFlags { TerminalLocalFlags(rawValue: 0o100000) }
}

/// The index of a control character in `c_cc`
///
/// - Source: termios(3).
public struct ControlCharacter: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt8

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `VINTR`.
    public static var interrupt: ControlCharacter { ControlCharacter(rawValue: 0) }
    /// `VQUIT`.
    public static var quit: ControlCharacter { ControlCharacter(rawValue: 1) }
    /// `VERASE`.
    public static var erase: ControlCharacter { ControlCharacter(rawValue: 2) }
    /// `VKILL`.
    public static var kill: ControlCharacter { ControlCharacter(rawValue: 3) }
    /// `VEOF`.
    public static var endOfFile: ControlCharacter { ControlCharacter(rawValue: 4) }
    /// `VTIME`.
    public static var time: ControlCharacter { ControlCharacter(rawValue: 5) }
    /// `VMIN`.
    public static var minimum: ControlCharacter { ControlCharacter(rawValue: 6) }
    /// `VSWTC`.
    public static var swtch: ControlCharacter { ControlCharacter(rawValue: 7) }
    /// `VSTART`.
    public static var start: ControlCharacter { ControlCharacter(rawValue: 8) }
    /// `VSTOP`.
    public static var stop: ControlCharacter { ControlCharacter(rawValue: 9) }
    /// `VSUSP`.
    public static var suspend: ControlCharacter { ControlCharacter(rawValue: 10) }
    /// `VEOL`.
    public static var endOfLine: ControlCharacter { ControlCharacter(rawValue: 11) }
    /// `VREPRINT`.
    public static var reprint: ControlCharacter { ControlCharacter(rawValue: 12) }
    /// `VDISCARD`.
    public static var discard: ControlCharacter { ControlCharacter(rawValue: 13) }
    /// `VWERASE`.
    public static var wordErase: ControlCharacter { ControlCharacter(rawValue: 14) }
    /// `VLNEXT`.
    public static var literalNext: ControlCharacter { ControlCharacter(rawValue: 15) }
    /// `VEOL2`.
    public static var endOfLine2: ControlCharacter { ControlCharacter(rawValue: 16) }
}
