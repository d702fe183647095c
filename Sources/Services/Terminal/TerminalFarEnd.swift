// SPDX-License-Identifier: Apache-2.0
//
// A terminal whose other end is a program instead of a device: that program may want to know what tcflush(3), tcflow(3)
// and tcsetattr(3) have done. The bits are those of a pseudo terminal's packet mode (ioctl_tty(2), TIOCPKT).

public import LinuxABI

/// What has happened to a terminal.
public struct TerminalChanges: OptionSet, Sendable {
    /// The bits, as packet mode has them.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Input was dropped (`TIOCPKT_FLUSHREAD`).
    public static var inputFlushed: TerminalChanges { TerminalChanges(rawValue: 1) }
    /// Output was dropped (`TIOCPKT_FLUSHWRITE`).
    public static var outputFlushed: TerminalChanges { TerminalChanges(rawValue: 2) }
    /// Output is held back (`TIOCPKT_STOP`).
    public static var stopped: TerminalChanges { TerminalChanges(rawValue: 4) }
    /// Output goes on (`TIOCPKT_START`).
    public static var started: TerminalChanges { TerminalChanges(rawValue: 8) }
    /// ^S and ^Q mean nothing any more (`TIOCPKT_NOSTOP`).
    public static var flowControlOff: TerminalChanges { TerminalChanges(rawValue: 16) }
    /// ^S and ^Q stop and start output (`TIOCPKT_DOSTOP`).
    public static var flowControlOn: TerminalChanges { TerminalChanges(rawValue: 32) }

    /// Notes whether output was and is held back; the last change counts.
    mutating func note(stopped before: Bool, _ now: Bool) {
        guard before != now else { return }
        remove(now ? .started : .stopped)
        insert(now ? .stopped : .started)
    }

    /// Adds later changes; of two that are opposites the later one counts.
    public mutating func add(_ later: TerminalChanges) {
        if !later.isDisjoint(with: [.stopped, .started]) { subtract([.stopped, .started]) }
        if !later.isDisjoint(with: [.flowControlOff, .flowControlOn]) { subtract([.flowControlOff, .flowControlOn]) }
        formUnion(later)
    }
}

/// The program at the other end.
public protocol TerminalFarEnd: AnyObject, Sendable {
    /// Something has happened. Called without a lock held; must not block.
    func terminalChanged(_ changes: TerminalChanges)
}

extension TerminalAttributes {
    /// Whether output is stopped and started by the usual characters, as far as the other end can imitate that.
    var hasUsualFlowControl: Bool {
        input.contains(.startStopOutput) && self[.stop] == 0x13 && self[.start] == 0x11
    }
}
