// SPDX-License-Identifier: Apache-2.0
//
// The operations of futex(2) on words that name their owner: mutexes with priority inheritance. Who lends what to whom is
// the futex table's (Services/Futexes, PriorityLoans).

internal import Events
internal import Futexes
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    static func ownership(
        _ command: FutexCommand, _ r: ProgramRegisters, _ flags: FutexFlags, _ task: Task
    ) throws(Errno) -> Int {
        let table = task.process.system.futexes
        let futex = try futexWord(r.argument0, flags, task)
        let id = UInt32(bitPattern: task.id)
        let find = { (number: UInt32) in task.process.system.task(Int32(bitPattern: number))?.kernelThread }
        switch command {
        case .unlockPriority: try table.unlock(futex, as: id)
        case .tryLockPriority: _ = try table.lock(futex, as: id, .refuse, find: find)
        case .lockPriority, .lockPriority2:
            // LOCK_PI's deadline has always been on the wall clock.
            let clock = command == .lockPriority ? flags.union(.realTimeClock) : flags
            let deadline = try futexDeadline(r.argument3, isAbsolute: true, clock)
            return try answer(try table.lock(futex, as: id, .wait(until: deadline), find: find))
        case .waitRequeuePriority:
            let deadline = try futexDeadline(r.argument3, isAbsolute: true, flags)
            let target = try futexWord(r.argument4, flags, task)
            guard !futex.isSame(as: target) else { throw .invalidArgument }
            let expected = UInt32(truncatingIfNeeded: r.argument2)
            return try answer(try table.waitToOwn(futex, expecting: expected, for: target, as: id, until: deadline))
        default:
            guard r.argument2 == 1 else { throw .invalidArgument }  // only the first waiter can become the owner
            let moved = Int32(truncatingIfNeeded: r.argument3)
            guard moved >= 0 else { throw .invalidArgument }
            let target = try futexWord(r.argument4, flags, task)
            return try table.requeueToOwn(
                futex, expecting: UInt32(truncatingIfNeeded: r.argument5), to: target, moving: Int(moved),
                find: find)
        }
        return 0
    }

    /// What a wait for ownership answers: a signal's handler runs and the call goes on.
    private static func answer(_ end: WaitEnd?) throws(Errno) -> Int {
        switch end {
        case nil: return 0
        case .timedOut: throw .timedOut
        default: throw .restartAlways
        }
    }
}
