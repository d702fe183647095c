// SPDX-License-Identifier: Apache-2.0
//
// Signals by number, and the fixed facts about them: what happens by default. Sets of signals are in SignalSet.swift.

/// A signal, 1 to 64
///
/// - Source: signal(7).
public struct SignalNumber: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt8

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `SIGHUP`.
    public static var hangUp: SignalNumber { SignalNumber(rawValue: 1) }
    /// `SIGINT`.
    public static var interrupt: SignalNumber { SignalNumber(rawValue: 2) }
    /// `SIGQUIT`.
    public static var quit: SignalNumber { SignalNumber(rawValue: 3) }
    /// `SIGILL`.
    public static var illegalInstruction: SignalNumber { SignalNumber(rawValue: 4) }
    /// `SIGTRAP`.
    public static var trap: SignalNumber { SignalNumber(rawValue: 5) }
    /// `SIGABRT`.
    public static var abort: SignalNumber { SignalNumber(rawValue: 6) }
    /// `SIGBUS`.
    public static var busError: SignalNumber { SignalNumber(rawValue: 7) }
    /// `SIGFPE`.
    public static var floatingPointException: SignalNumber { SignalNumber(rawValue: 8) }
    /// `SIGKILL`.
    public static var kill: SignalNumber { SignalNumber(rawValue: 9) }
    /// `SIGUSR1`.
    public static var user1: SignalNumber { SignalNumber(rawValue: 10) }
    /// `SIGSEGV`.
    public static var segmentationFault: SignalNumber { SignalNumber(rawValue: 11) }
    /// `SIGUSR2`.
    public static var user2: SignalNumber { SignalNumber(rawValue: 12) }
    /// `SIGPIPE`.
    public static var brokenPipe: SignalNumber { SignalNumber(rawValue: 13) }
    /// `SIGALRM`.
    public static var alarm: SignalNumber { SignalNumber(rawValue: 14) }
    /// `SIGTERM`.
    public static var terminate: SignalNumber { SignalNumber(rawValue: 15) }
    /// `SIGSTKFLT`.
    public static var stackFault: SignalNumber { SignalNumber(rawValue: 16) }
    /// `SIGCHLD`.
    public static var child: SignalNumber { SignalNumber(rawValue: 17) }
    /// `SIGCONT`.
    public static var `continue`: SignalNumber { SignalNumber(rawValue: 18) }
    /// `SIGSTOP`.
    public static var stop: SignalNumber { SignalNumber(rawValue: 19) }
    /// `SIGTSTP`.
    public static var terminalStop: SignalNumber { SignalNumber(rawValue: 20) }
    /// `SIGTTIN`.
    public static var terminalInput: SignalNumber { SignalNumber(rawValue: 21) }
    /// `SIGTTOU`.
    public static var terminalOutput: SignalNumber { SignalNumber(rawValue: 22) }
    /// `SIGURG`.
    public static var urgent: SignalNumber { SignalNumber(rawValue: 23) }
    /// `SIGXCPU`.
    public static var cpuLimit: SignalNumber { SignalNumber(rawValue: 24) }
    /// `SIGXFSZ`.
    public static var fileSizeLimit: SignalNumber { SignalNumber(rawValue: 25) }
    /// `SIGVTALRM`.
    public static var virtualAlarm: SignalNumber { SignalNumber(rawValue: 26) }
    /// `SIGPROF`.
    public static var profilingTimer: SignalNumber { SignalNumber(rawValue: 27) }
    /// `SIGWINCH`.
    public static var windowChanged: SignalNumber { SignalNumber(rawValue: 28) }
    /// `SIGIO`.
    public static var ioPossible: SignalNumber { SignalNumber(rawValue: 29) }
    /// `SIGPWR`.
    public static var powerFailure: SignalNumber { SignalNumber(rawValue: 30) }
    /// `SIGSYS`.
    public static var badSystemCall: SignalNumber { SignalNumber(rawValue: 31) }
    /// `SIGRTMIN`.
    public static var firstRealTime: SignalNumber { SignalNumber(rawValue: 32) }
}

extension SignalNumber {
    /// The greatest signal number, `SIGRTMAX`.
    public static var last: UInt8 { 64 }

    /// Whether the number is that of a signal: 1 to 64.
    public var isValid: Bool { rawValue >= 1 && rawValue <= SignalNumber.last }

    /// Whether it is one of the queued real-time signals.
    public var isRealTime: Bool { rawValue >= 32 }

    /// Whether no program can catch, block or ignore it: `SIGKILL` and `SIGSTOP`.
    public var isUncatchable: Bool { self == .kill || self == .stop }

    /// What a signal does to a process that did not ask for anything else.
    public enum DefaultAction: Sendable {
        /// The process ends.
        case terminate
        /// The process ends and leaves a core dump where one is wanted.
        case dumpCore
        /// Nothing happens.
        case ignore
        /// The process stops.
        case stop
        /// A stopped process continues.
        case `continue`
    }

    /// What happens by default.
    ///
    /// - Source: signal(7), "Standard signals".
    public var defaultAction: DefaultAction {
        switch self {
        case .child, .urgent, .windowChanged: .ignore
        case .`continue`: .`continue`
        case .stop, .terminalStop, .terminalInput, .terminalOutput: .stop
        case .quit, .illegalInstruction, .trap, .abort, .busError, .floatingPointException, .segmentationFault,
            .cpuLimit, .fileSizeLimit, .badSystemCall:
            .dumpCore
        default: .terminate
        }
    }

    /// The C name of a standard signal, for reports; nil for real-time signals.
    public var name: StaticString? {
        switch rawValue {
        case 1: "SIGHUP"
        case 2: "SIGINT"
        case 3: "SIGQUIT"
        case 4: "SIGILL"
        case 5: "SIGTRAP"
        case 6: "SIGABRT"
        case 7: "SIGBUS"
        case 8: "SIGFPE"
        case 9: "SIGKILL"
        case 10: "SIGUSR1"
        case 11: "SIGSEGV"
        case 12: "SIGUSR2"
        case 13: "SIGPIPE"
        case 14: "SIGALRM"
        case 15: "SIGTERM"
        case 16: "SIGSTKFLT"
        case 17: "SIGCHLD"
        case 18: "SIGCONT"
        case 19: "SIGSTOP"
        case 20: "SIGTSTP"
        case 21: "SIGTTIN"
        case 22: "SIGTTOU"
        case 23: "SIGURG"
        case 24: "SIGXCPU"
        case 25: "SIGXFSZ"
        case 26: "SIGVTALRM"
        case 27: "SIGPROF"
        case 28: "SIGWINCH"
        case 29: "SIGIO"
        case 30: "SIGPWR"
        case 31: "SIGSYS"
        default: nil
        }
    }
}
