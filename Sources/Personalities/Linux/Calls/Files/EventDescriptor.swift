// SPDX-License-Identifier: Apache-2.0
//
// eventfd(2), eventfd2(2).

internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func eventfd(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makeCounter(r.argument0, [], task)
    }

    @Sendable static func eventfd2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = EventDescriptorFlags(rawValue: word(r.argument1))
        guard flags.isSubset(of: [.semaphore, .nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        return try makeCounter(r.argument0, flags, task)
    }

    private static func makeCounter(
        _ count: UInt, _ flags: EventDescriptorFlags, _ task: Task
    ) throws(Errno) -> Int {
        let counter = EventCounter(
            task.process.system.unnamedFiles, initially: word(count),
            flags.contains(.semaphore) ? .semaphore : .counter,
            flags.contains(.nonBlocking) ? .nonBlocking : [])
        return try add(counter, flags.contains(.closeOnExec) ? .closedOnExec : .kept, task)
    }
}
