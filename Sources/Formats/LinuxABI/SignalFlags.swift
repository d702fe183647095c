// SPDX-License-Identifier: Apache-2.0
//
// Flags and selectors of the signal calls: sigaction(2), sigprocmask(2), sigaltstack(2), and the causes in siginfo.

/// How a handler is called
///
/// - Source: sigaction(2).
public struct SignalActionFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt64

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The flags that sigaction(2) keeps. Others are dropped, so that a program can find out which there are.
    public static var known: SignalActionFlags {
        [
            .noChildStop, .noChildWait, .information, .exposeTagBits, .restorer, .onAlternateStack, .restart, .noDefer,
            .resetHandler,
        ]
    }
    /// `SA_NOCLDSTOP`.
    public static var noChildStop: SignalActionFlags { SignalActionFlags(rawValue: 1) }
    /// `SA_NOCLDWAIT`.
    public static var noChildWait: SignalActionFlags { SignalActionFlags(rawValue: 2) }
    /// `SA_SIGINFO`.
    public static var information: SignalActionFlags { SignalActionFlags(rawValue: 4) }
    /// `SA_EXPOSE_TAGBITS`.
    public static var exposeTagBits: SignalActionFlags { SignalActionFlags(rawValue: 0x800) }
    /// x86 only (`SA_RESTORER`).
    public static var restorer: SignalActionFlags { SignalActionFlags(rawValue: 0x0400_0000) }
    /// `SA_ONSTACK`.
    public static var onAlternateStack: SignalActionFlags { SignalActionFlags(rawValue: 0x0800_0000) }
    /// `SA_RESTART`.
    public static var restart: SignalActionFlags { SignalActionFlags(rawValue: 0x1000_0000) }
    /// `SA_NODEFER`.
    public static var noDefer: SignalActionFlags { SignalActionFlags(rawValue: 0x4000_0000) }
    /// `SA_RESETHAND`.
    public static var resetHandler: SignalActionFlags { SignalActionFlags(rawValue: 0x8000_0000) }
}

/// What sigprocmask(2) does with the set
///
/// - Source: sigprocmask(2).
public struct SignalMaskOperation: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `SIG_BLOCK`.
    public static var block: SignalMaskOperation { SignalMaskOperation(rawValue: 0) }
    /// `SIG_UNBLOCK`.
    public static var unblock: SignalMaskOperation { SignalMaskOperation(rawValue: 1) }
    /// `SIG_SETMASK`.
    public static var set: SignalMaskOperation { SignalMaskOperation(rawValue: 2) }
}

/// The state of an alternate signal stack
///
/// - Source: sigaltstack(2).
public struct AlternateStackFlags: OptionSet, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: UInt32

    /// Creates it from the value that a program passes.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `SS_ONSTACK`.
    public static var onStack: AlternateStackFlags { AlternateStackFlags(rawValue: 1) }
    /// `SS_DISABLE`.
    public static var disable: AlternateStackFlags { AlternateStackFlags(rawValue: 2) }
    /// `SS_AUTODISARM`.
    public static var autoDisarm: AlternateStackFlags { AlternateStackFlags(rawValue: 0x8000_0000) }
}

/// Why a signal was sent (`si_code`)
///
/// - Source: sigaction(2).
public struct SignalCode: RawRepresentable, Hashable, Sendable {
    /// The value, as programs pass it.
    public let rawValue: Int32

    /// Creates it from the value that a program passes.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `SI_USER`.
    public static var user: SignalCode { SignalCode(rawValue: 0) }
    /// `SI_KERNEL`.
    public static var kernel: SignalCode { SignalCode(rawValue: 0x80) }
    /// `SI_QUEUE`.
    public static var queue: SignalCode { SignalCode(rawValue: -1) }
    /// `SI_TIMER`.
    public static var timer: SignalCode { SignalCode(rawValue: -2) }
    /// `SI_MESGQ`.
    public static var messageQueue: SignalCode { SignalCode(rawValue: -3) }
    /// `SI_ASYNCIO`.
    public static var asynchronousIO: SignalCode { SignalCode(rawValue: -4) }
    /// `SI_SIGIO`.
    public static var ioEvent: SignalCode { SignalCode(rawValue: -5) }
    /// `SI_TKILL`.
    public static var threadKill: SignalCode { SignalCode(rawValue: -6) }
    /// `ILL_ILLOPC`.
    public static var illegalOpcode: SignalCode { SignalCode(rawValue: 1) }
    /// `ILL_ILLOPN`.
    public static var illegalOperand: SignalCode { SignalCode(rawValue: 2) }
    /// `FPE_INTDIV`.
    public static var integerDivide: SignalCode { SignalCode(rawValue: 1) }
    /// `FPE_INTOVF`.
    public static var integerOverflow: SignalCode { SignalCode(rawValue: 2) }
    /// `FPE_FLTDIV`.
    public static var floatDivide: SignalCode { SignalCode(rawValue: 3) }
    /// `FPE_FLTOVF`.
    public static var floatOverflow: SignalCode { SignalCode(rawValue: 4) }
    /// `FPE_FLTUND`.
    public static var floatUnderflow: SignalCode { SignalCode(rawValue: 5) }
    /// `FPE_FLTRES`.
    public static var floatInexact: SignalCode { SignalCode(rawValue: 6) }
    /// `FPE_FLTINV`.
    public static var floatInvalid: SignalCode { SignalCode(rawValue: 7) }
    /// `SEGV_MAPERR`.
    public static var addressNotMapped: SignalCode { SignalCode(rawValue: 1) }
    /// `SEGV_ACCERR`.
    public static var accessNotAllowed: SignalCode { SignalCode(rawValue: 2) }
    /// `SEGV_PKUERR`.
    public static var protectionKey: SignalCode { SignalCode(rawValue: 4) }
    /// `BUS_ADRALN`.
    public static var addressNotAligned: SignalCode { SignalCode(rawValue: 1) }
    /// `BUS_ADRERR`.
    public static var noSuchAddress: SignalCode { SignalCode(rawValue: 2) }
    /// `TRAP_BRKPT`.
    public static var breakpoint: SignalCode { SignalCode(rawValue: 1) }
    /// `TRAP_TRACE`.
    public static var trace: SignalCode { SignalCode(rawValue: 2) }
    /// `CLD_EXITED`.
    public static var childExited: SignalCode { SignalCode(rawValue: 1) }
    /// `CLD_KILLED`.
    public static var childKilled: SignalCode { SignalCode(rawValue: 2) }
    /// `CLD_DUMPED`.
    public static var childDumped: SignalCode { SignalCode(rawValue: 3) }
    /// `CLD_TRAPPED`.
    public static var childTrapped: SignalCode { SignalCode(rawValue: 4) }
    /// `CLD_STOPPED`.
    public static var childStopped: SignalCode { SignalCode(rawValue: 5) }
    /// `CLD_CONTINUED`.
    public static var childContinued: SignalCode { SignalCode(rawValue: 6) }
    /// `SYS_SECCOMP`.
    public static var seccomp: SignalCode { SignalCode(rawValue: 1) }
}
