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
            do throws(WaitEnd) { try task.process.waitQueue.wait(until: deadline, unless: { false }) } catch {
                if error == .timedOut { return 0 }
                throw .restartWithoutHandler
            }
            return 0
        }
        return try sleep(until: deadline, remainder: UInt64(r.argument3), task)
    }

    @Sendable static func restart_syscall(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let point = task.own.with { own -> RestartPoint? in
            let point = own.restart
            own.restart = nil
            return point
        }
        guard let point else { throw .interrupted }
        return try sleep(until: Instant(nanoseconds: point.deadline), remainder: point.remainder, task)
    }

    private static func sleep(until deadline: Instant, remainder: UInt64, _ task: Task) throws(Errno) -> Int {
        do throws(WaitEnd) { try task.process.waitQueue.wait(until: deadline, unless: { false }) } catch {
            if error == .timedOut { return 0 }
        }
        if remainder != 0 {
            let left = Timestamp(nanosecondsSinceEpoch: deadline.nanoseconds(since: Clock.now()))
            try UserMemory.write(left.encoded.bytes, to: UserAddress(UInt(remainder)))
        }
        task.own.with { $0.restart = RestartPoint(deadline: deadline.nanoseconds, remainder: remainder) }
        throw .restartByBlock
    }
}
