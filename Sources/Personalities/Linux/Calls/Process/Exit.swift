// SPDX-License-Identifier: Apache-2.0
//
// exit(2), exit_group(2), wait4(2), waitid(2).

internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

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
        if Int32(truncatingIfNeeded: r.argument0) == .min { throw .noSuchProcess }
        throw .noChildProcess
    }

    @Sendable static func waitid(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let reason = unwaitable(r, task)
        // What would be told is nothing, and that is told first: a bad address hides every other error.
        if r.argument2 != 0 {
            for offset in stride(from: 0, to: 28, by: 4) where offset != 12 {
                try UserMemory.store(UInt32(0), at: UserAddress(r.argument2).advanced(by: offset))
            }
        }
        throw reason
    }

    /// Why there is nothing to wait for: an argument that is wrong, or no child.
    private static func unwaitable(_ r: ProgramRegisters, _ task: Task) -> Errno {
        let options = WaitOptions(rawValue: UInt32(truncatingIfNeeded: r.argument3))
        let kinds: WaitOptions = [.exited, .stopped, .continued]
        let known = kinds.union([.noHang, .noReap, .noThread, .all, .clone])
        let id = Int32(truncatingIfNeeded: r.argument1)
        guard options.isSubset(of: known), !options.isDisjoint(with: kinds) else { return .invalidArgument }
        switch Int32(truncatingIfNeeded: r.argument0) {
        case 0: return .noChildProcess  // P_ALL
        case 1: return id > 0 ? .noChildProcess : .invalidArgument  // P_PID
        case 2: return id >= 0 ? .noChildProcess : .invalidArgument  // P_PGID
        case 3:  // P_PIDFD
            guard id >= 0 else { return .invalidArgument }
            do throws(Errno) { _ = try processFile(r.argument1, task) } catch { return error }
            return .noChildProcess
        default: return .invalidArgument
        }
    }
}
