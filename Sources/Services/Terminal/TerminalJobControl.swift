// SPDX-License-Identifier: Apache-2.0
//
// What a terminal needs to know about processes, and the only ways in which it acts on them. Processes implements this;
// the terminal knows sessions and process groups by number alone (setsid(2), tcsetpgrp(3)).

public import LinuxABI

/// The process that calls the terminal.
public struct TerminalCaller: Sendable {
    /// Its session.
    public var session: Int32
    /// Its process group.
    public var group: Int32
    /// Whether it leads its session.
    public var isSessionLeader: Bool
    /// Whether nobody in its session could continue its group once stopped (POSIX "orphaned process group").
    public var isGroupOrphaned: Bool
    /// The signals that it ignores or blocks.
    public var refusedSignals: SignalSet

    /// Describes a process.
    public init(
        session: Int32, group: Int32, isSessionLeader: Bool, isGroupOrphaned: Bool, refusedSignals: SignalSet
    ) {
        self.session = session
        self.group = group
        self.isSessionLeader = isSessionLeader
        self.isGroupOrphaned = isGroupOrphaned
        self.refusedSignals = refusedSignals
    }
}

/// Sessions, groups and signals, as far as terminals are concerned.
public protocol TerminalJobControl: AnyObject, Sendable {
    /// The process on whose behalf the running thread is in the kernel.
    var caller: TerminalCaller { get }

    /// Whether that process's session has a controlling terminal.
    ///
    /// - Context: thread.
    var callerHasTerminal: Bool { get }

    /// Sends a signal to every process of a group. Called from deferred work too: must not block.
    func signal(_ number: SignalNumber, toGroup group: Int32)

    /// The session of a process group, or nil if there is no such group.
    func session(ofGroup group: Int32) -> Int32?
}
