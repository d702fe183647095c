// SPDX-License-Identifier: Apache-2.0
//
// nanosleep(2), clock_nanosleep(2), restart_syscall(2): a sleep that a stopped-and-continued program goes on with keeps
// its deadline.

internal import Events
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func nanosleep(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let time = try timestamp(at: r.argument0)
        let deadline = try instant(time, isAbsolute: false, onWallClock: false)
        return try sleep(until: deadline, remainder: UInt64(r.argument1), task)
    }

    @Sendable static func clock_nanosleep(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 & ~1 == 0 else { throw .invalidArgument }
        let id = Int32(truncatingIfNeeded: r.argument0)
        guard id != 3 else { throw .invalidArgument }
        guard id == 0 || id == 1 || id == 7 || id == 11 || id == 8 || id == 9 else {
            _ = try clock(r.argument0, task)
            throw .notSupported
        }
        let time = try timestamp(at: r.argument2)
        let isAbsolute = r.argument1 == 1
        let deadline = try instant(time, isAbsolute: isAbsolute, onWallClock: id == 0 || id == 11 || id == 8)
        if isAbsolute {
            if Sleep.until(deadline) == .timedOut { return 0 }
            throw .restartWithoutHandler
        }
        return try sleep(until: deadline, remainder: UInt64(r.argument3), task)
    }

    @Sendable static func restart_syscall(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let point = task.own.with { own -> RestartPoint? in
            let point = own.restart
            own.restart = nil
            return point
        }
        switch point {
        case .sleep(let deadline, let remainder):
            return try sleep(until: Instant(nanoseconds: deadline), remainder: remainder, task)
        case .futexWait(let arguments): return try wait(arguments, task)
        case nil: throw .interrupted
        }
    }

    private static func sleep(until deadline: Instant, remainder: UInt64, _ task: Task) throws(Errno) -> Int {
        if Sleep.until(deadline) == .timedOut { return 0 }
        if remainder != 0 {
            let left = Timestamp(nanosecondsSinceEpoch: deadline.nanoseconds(since: Clock.now()))
            try UserMemory.write(left.encoded.bytes, to: UserAddress(UInt(remainder)))
        }
        task.own.with { $0.restart = .sleep(deadline: deadline.nanoseconds, remainder: remainder) }
        throw .restartByBlock
    }
}
