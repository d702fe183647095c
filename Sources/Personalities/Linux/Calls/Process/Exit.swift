// SPDX-License-Identifier: Apache-2.0
//
// exit(2), exit_group(2), wait4(2), waitid(2).

internal import LinuxABI
internal import Processes
internal import Processor

extension SystemCalls {
    @Sendable static func exit(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        task.process.noteExit(of: task, status: UInt8(truncatingIfNeeded: r.argument0))
        SignalDelivery.finish(task)
    }

    @Sendable static func exit_group(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        SignalDelivery.end(task, .exited(status: UInt8(truncatingIfNeeded: r.argument0)))
    }

    @Sendable static func wait4(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let options = WaitOptions(rawValue: UInt32(truncatingIfNeeded: r.argument2))
        let known: WaitOptions = [.noHang, .stopped, .continued, .noThread, .all, .clone]
        guard options.subtracting(known).isEmpty else { throw .invalidArgument }
        throw .noChildProcess
    }

    @Sendable static func waitid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let options = WaitOptions(rawValue: UInt32(truncatingIfNeeded: r.argument3))
        guard r.argument0 <= 3, !options.isDisjoint(with: [.exited, .stopped, .continued]) else {
            throw .invalidArgument
        }
        throw .noChildProcess
    }
}
