// SPDX-License-Identifier: Apache-2.0
//
// Which session a terminal belongs to, and who may use it (termios(3), tcsetpgrp(3), ioctl_tty(2); POSIX.1-2024 XBD
// §11.1). A process outside the foreground group that reads, or writes with TOSTOP, stops its own group by a signal.

public import LinuxABI
import Sync

extension Terminal {
    /// Lets the caller go on if it is in the foreground; otherwise stops its group, or refuses where that cannot be.
    ///
    /// - Parameter signal: SIGTTIN for input, SIGTTOU for output and changes.
    /// - Throws: `.interrupted` once the signal is sent: the call starts again when the group is continued. `.ioError`
    ///   for input that nobody can wait for.
    func checkForeground(_ signal: SignalNumber) throws(Errno) {
        let caller = jobs.caller
        let (session, foreground) = state.withLock { ($0.session, $0.foregroundGroup) }
        guard session != 0, caller.session == session, foreground != 0, caller.group != foreground else { return }
        let isRefused = caller.refusedSignals.contains(signal)
        if signal == .terminalInput {
            if isRefused || caller.isGroupOrphaned { throw .ioError }
        } else {
            // Output by a process that ignores the signal is allowed.
            if isRefused { return }
            if caller.isGroupOrphaned { throw .ioError }
        }
        jobs.signal(signal, toGroup: caller.group)
        throw .interrupted
    }

    /// Makes this the controlling terminal of the caller's session.
    ///
    /// - Returns: the session, for the process to note.
    /// - Throws: `.notPermitted` if the caller leads no session, has a terminal or the terminal belongs to another session,
    ///   `.ioError` after a hang-up.
    public func becomeControllingTerminal() throws(Errno) -> Int32 {
        let caller = jobs.caller
        let hasOther = jobs.callerHasTerminal
        return try state.withLock { (state: inout State) throws(Errno) in
            if state.hasHungUp { throw .ioError }
            if state.session == caller.session { return caller.session }
            guard caller.isSessionLeader, state.session == 0, !hasOther else { throw .notPermitted }
            state.session = caller.session
            state.foregroundGroup = caller.group
            return caller.session
        }
    }

    /// Takes the terminal away from its session, when the leader gives it up or ends: the foreground group is hung up.
    public func releaseControllingTerminal() {
        let group = state.withLock { state in
            defer {
                state.session = 0
                state.foregroundGroup = 0
            }
            return state.foregroundGroup
        }
        guard group != 0 else { return }
        jobs.signal(.hangUp, toGroup: group)
        jobs.signal(.continue, toGroup: group)
    }

    /// The session that the terminal belongs to; 0 for none.
    public var session: Int32 { state.withLock { $0.session } }

    /// The foreground process group, whoever asks; 0 for none.
    public var shownForegroundGroup: Int32 { state.withLock { $0.foregroundGroup } }

    /// The foreground process group.
    ///
    /// - Throws: `.inappropriateIOCTLForDevice` if this is not the caller's controlling terminal.
    public func foregroundGroup() throws(Errno) -> Int32 {
        let caller = jobs.caller
        let (session, group) = state.withLock { ($0.session, $0.foregroundGroup) }
        guard session != 0, caller.session == session else { throw .inappropriateIOCTLForDevice }
        return group
    }

    /// Puts a process group of the caller's session into the foreground.
    ///
    /// - Throws: `.inappropriateIOCTLForDevice` if this is not the caller's controlling terminal, `.invalidArgument` for a
    ///   number that no group can have, `.noSuchProcess` or `.notPermitted` for a group that is not there or elsewhere.
    public func setForegroundGroup(_ group: Int32) throws(Errno) {
        let caller = jobs.caller
        let session = state.withLock { $0.session }
        guard session != 0, caller.session == session else { throw .inappropriateIOCTLForDevice }
        try checkForeground(.terminalOutput)
        guard group > 0 else { throw .invalidArgument }
        guard let itsSession = jobs.session(ofGroup: group) else { throw .noSuchProcess }
        guard itsSession == session else { throw .notPermitted }
        state.withLock { $0.foregroundGroup = group }
    }

    /// The window's size.
    public var windowSize: WindowSize { state.withLock { $0.window } }

    /// Changes the window's size; the foreground group is told if it differs (SIGWINCH).
    public func setWindowSize(_ size: WindowSize) {
        let group = state.withLock { state in
            let isNew = state.window != size
            state.window = size
            return isNew ? state.foregroundGroup : 0
        }
        if group != 0 { jobs.signal(.windowChanged, toGroup: group) }
    }

    /// Sends the foreground group a signal, as if it had been typed; for a host that has no keyboard.
    public func signalForeground(_ number: SignalNumber) {
        let group = state.withLock { $0.foregroundGroup }
        if group != 0 { jobs.signal(number, toGroup: group) }
    }
}
