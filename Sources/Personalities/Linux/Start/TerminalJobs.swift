// SPDX-License-Identifier: Apache-2.0
//
// Sessions, groups and signals for terminals, and which terminal is a session's. It is asked in deferred work, where nothing
// may block, so it knows the first process itself instead of looking it up; there are no others as long as there is no
// fork(2).

internal import DevFS
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import PseudoTerminals
internal import Scheduler
internal import Sync
internal import Terminal
internal import TerminalFiles

/// What terminals need of processes.
final class TerminalJobs: TerminalJobControl, TerminalFinder {
    /// The pseudo terminals of the machine.
    let pseudoTerminals = SetOnce<PseudoTerminalVolume>()
    /// The host's terminal.
    let console = SetOnce<TerminalDevice>()
    private let first = SetOnce<Process>()

    /// Takes the first process.
    func use(_ process: Process) { first.set(process) }

    /// The process that calls; before there is a program, the one that will be.
    private var callingProcess: Process? { (CurrentThread.thread.body as? Task)?.process ?? first.value }

    var caller: TerminalCaller {
        let task = CurrentThread.thread.body as? Task
        guard let process = callingProcess else {
            return TerminalCaller(
                session: 0, group: 0, isSessionLeader: false, isGroupOrphaned: true, refusedSignals: SignalSet())
        }
        var refused = task?.mask ?? SignalSet()
        if process.action(for: .terminalInput).isIgnored { refused.insert(.terminalInput) }
        if process.action(for: .terminalOutput).isIgnored { refused.insert(.terminalOutput) }
        // The first process has no parent who could continue it.
        return TerminalCaller(
            session: process.sessionID, group: process.groupID, isSessionLeader: process.sessionID == process.id,
            isGroupOrphaned: true, refusedSignals: refused)
    }

    func signal(_ number: SignalNumber, toGroup group: Int32) {
        guard let process = first.value, process.groupID == group else { return }
        // A standard signal needs no room: it cannot be refused.
        try? process.send(SignalInformation(signal: number, code: .kernel, detail: .none))
    }

    func session(ofGroup group: Int32) -> Int32? {
        guard let process = first.value, process.groupID == group else { return nil }
        return process.sessionID
    }

    // MARK: Controlling terminals

    var callerHasTerminal: Bool { terminal(ofSession: callingProcess?.sessionID ?? 0) != nil }

    /// A session's controlling terminal and its number.
    func terminal(ofSession session: Int32) -> (terminal: Terminal, number: DeviceNumber)? {
        guard session != 0 else { return nil }
        if let console = console.value, console.terminal.session == session {
            return (console.terminal, ConsoleDevice.number)
        }
        return pseudoTerminals.value?.terminal(ofSession: session)
    }

    var controllingTerminal: CharacterDevice? {
        guard let session = callingProcess?.sessionID, session != 0 else { return nil }
        if let console = console.value, console.terminal.session == session { return console }
        return pseudoTerminals.value?.openTerminal(ofSession: session)
    }

    /// The user who calls, to whom a new pseudo terminal belongs.
    var callerUserID: UInt32 { callingProcess?.credentials.user.file ?? 0 }
}
