// SPDX-License-Identifier: Apache-2.0
//
// Errors that a program never sees: a call was interrupted, and what happens next depends on the signal that did it
// (signal(7), "Interruption of system calls and library functions by signal handlers"). The numbers are Linux's own
// private ones, above all that a program knows.

public import Events
public import LinuxABI

extension Errno {
    /// Start again after a handler with SA_RESTART, or if there is no handler; otherwise EINTR.
    static var restartIfAsked: Errno { Errno(rawValue: 512) }
    /// Start again, after a handler if there is one.
    static var restartAlways: Errno { Errno(rawValue: 513) }
    /// Start again if there is no handler; otherwise EINTR.
    static var restartWithoutHandler: Errno { Errno(rawValue: 514) }
    /// Go on by restart_syscall(2) if there is no handler; otherwise EINTR.
    static var restartByBlock: Errno { Errno(rawValue: 516) }

    /// Whether it is one of these.
    static func isRestart(_ code: UInt) -> Bool { code >= 512 && code <= 516 }

    /// The error of a wait that ended early. A thread that shall end unwinds like an interrupted one.
    init(_ end: WaitEnd) {
        switch end {
        case .interrupted, .killed: self = .restartIfAsked
        case .timedOut: self = .timedOut
        }
    }
}
