// SPDX-License-Identifier: Apache-2.0
//
// Sessions, groups and signals for the terminal. It is asked in deferred work, where nothing may block, so it knows the
// first process itself instead of looking it up; there are no others as long as there is no fork(2).

internal import LinuxABI
internal import Processes
internal import Scheduler
internal import Sync
internal import Terminal

/// What the terminal needs of processes.
final class TerminalJobs: TerminalJobControl {
    private let first = SetOnce<Process>()

    /// Takes the first process.
    func use(_ process: Process) { first.set(process) }

    var caller: TerminalCaller {
        let task = CurrentThread.thread.body as? Task
        guard let process = task?.process ?? first.value else {
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
}
