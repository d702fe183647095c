// SPDX-License-Identifier: Apache-2.0
//
// unshare(2), setns(2): this kernel has one of each namespace, and answers as a Linux without others does.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    /// Deviation: of several threads, one cannot have files or a working directory of its own (EINVAL).
    @Sendable static func unshare(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = CloneFlags(rawValue: UInt64(r.argument0))
        let shared: CloneFlags = [.thread, .signalHandlers, .memory, .files, .fileSystem]
        let spaces: CloneFlags = [
            .newMountNamespace, .newHostname, .newIPC, .newNetwork, .newProcesses, .newControlGroup,
            CloneFlags(rawValue: 0x80),  // CLONE_NEWTIME shares its bit with clone(2)'s signal
        ]
        guard flags.isSubset(of: shared.union(spaces).union([.systemVSemaphores, .newUsers])) else {
            throw .invalidArgument
        }
        if !flags.isDisjoint(with: shared), task.process.threadCount > 1 { throw .invalidArgument }
        if flags.contains(.newUsers) { throw .invalidArgument }
        if flags.isDisjoint(with: spaces) { return 0 }
        throw task.process.credentials.has(.administration) ? .invalidArgument : .notPermitted
    }

    /// No descriptor here refers to a namespace.
    @Sendable static func setns(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        _ = try file(r.argument0, task)
        throw .invalidArgument
    }
}
