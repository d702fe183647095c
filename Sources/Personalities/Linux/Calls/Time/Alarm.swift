// SPDX-License-Identifier: Apache-2.0
//
// alarm(2), getitimer(2), setitimer(2): the interval timers of a process.

internal import Containers
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func alarm(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let seconds = UInt64(UInt32(truncatingIfNeeded: r.argument0))
        let old = try intervalTimer(.real, task).set(value: seconds * 1_000_000_000, interval: 0)
        return old.value == 0 ? 0 : Int(max(1, (old.value + 500_000_000) / 1_000_000_000))
    }

    @Sendable static func getitimer(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let timer = try intervalTimer(try timerKind(r.argument0), task).current
        try UserMemory.write(encoded(timer).bytes, to: UserAddress(r.argument1))
        return 0
    }

    @Sendable static func setitimer(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let kind = try timerKind(r.argument0)
        var buffer = LayoutBuffer<4>()
        if r.argument1 != 0 {
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument1), into: &raw) }
        }
        guard let new = IntervalTime(decodingMicroseconds: buffer), let value = new.value.totalNanoseconds,
            let interval = new.interval.totalNanoseconds
        else { throw .invalidArgument }
        let old = try intervalTimer(kind, task).set(value: value, interval: interval)
        if r.argument2 != 0 { try UserMemory.write(encoded(old).bytes, to: UserAddress(r.argument2)) }
        return 0
    }

    private static func timerKind(_ argument: UInt) throws(Errno) -> IntervalTimer.Kind {
        switch word(argument) {
        case 0: return .real
        case 1: return .virtual
        case 2: return .profiling
        default: throw .invalidArgument
        }
    }

    private static func intervalTimer(_ kind: IntervalTimer.Kind, _ task: Task) throws(Errno) -> IntervalTimer {
        do throws(OutOfMemory) { return try task.process.makeIntervalTimer(kind) } catch { throw .noMemory }
    }

    private static func encoded(_ timer: (value: UInt64, interval: UInt64)) -> LayoutBuffer<4> {
        IntervalTime(
            interval: Timestamp(nanosecondsSinceEpoch: timer.interval),
            value: Timestamp(nanosecondsSinceEpoch: timer.value)
        ).encodedMicroseconds
    }
}
