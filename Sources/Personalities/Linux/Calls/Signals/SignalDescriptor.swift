// SPDX-License-Identifier: Apache-2.0
//
// signalfd(2), signalfd4(2).

internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func signalfd(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try setSignalFile(r, [], task)
    }

    @Sendable static func signalfd4(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = EventDescriptorFlags(rawValue: word(r.argument3))
        return try setSignalFile(r, flags, task)
    }

    /// Makes a descriptor, or changes the set of the one that is given.
    private static func setSignalFile(
        _ r: ProgramRegisters, _ flags: EventDescriptorFlags, _ task: Task
    ) throws(Errno) -> Int {
        guard r.argument2 == 8 else { throw .invalidArgument }
        let set = SignalSet(rawValue: try UserMemory.load(UInt64.self, at: UserAddress(r.argument1)))
        guard flags.isSubset(of: [.nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        if descriptor(r.argument0) == -1 {
            let file = SignalFile(
                task.process.system.unnamedFiles, set, flags.contains(.nonBlocking) ? .nonBlocking : [])
            return try add(file, flags.contains(.closeOnExec) ? .closedOnExec : .kept, task)
        }
        guard let file = try usableFile(r.argument0, task) as? SignalFile else { throw .invalidArgument }
        file.set = set
        return Int(descriptor(r.argument0))
    }
}
