// SPDX-License-Identifier: Apache-2.0
//
// timerfd_create(2), timerfd_settime(2), timerfd_gettime(2).

internal import Containers
internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func timerfd_create(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = EventDescriptorFlags(rawValue: word(r.argument1))
        guard flags.isSubset(of: [.nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        let clock: TimerFile.TimerClock
        switch Int32(truncatingIfNeeded: r.argument0) {
        case 0: clock = .wall
        case 1, 7: clock = .monotonic
        case 8, 9:
            // The alarm clocks wake a machine that sleeps; this one never does, so they are what they count by.
            guard task.process.credentials.has(.wakeAlarm) else { throw .notPermitted }
            clock = r.argument0 == 8 ? .wall : .monotonic
        default: throw .invalidArgument
        }
        let system = task.process.system
        let file = try allocating { () throws(OutOfMemory) in
            try TimerFile(
                system.unnamedFiles, clock, wallTimeSet: system.wallTimeSet,
                flags.contains(.nonBlocking) ? .nonBlocking : [])
        }
        return try add(file, flags.contains(.closeOnExec) ? .closedOnExec : .kept, task)
    }

    @Sendable static func timerfd_settime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = TimerSetFlags(rawValue: word(r.argument1))
        let new = try intervalTime(at: r.argument2)
        guard flags.isSubset(of: [.absolute, .cancelOnSet]) else { throw .invalidArgument }
        let file = try timerFile(r.argument0, task)
        let start: TimerFile.Start =
            !flags.contains(.absolute) ? .relative : flags.contains(.cancelOnSet) ? .cancelledWhenSet : .absolute
        let old = try file.set(value: new.value, interval: new.interval, start)
        if r.argument3 != 0 { try store(encodedInterval(old), r.argument3) }
        return 0
    }

    @Sendable static func timerfd_gettime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(encodedInterval(try timerFile(r.argument0, task).current), r.argument1)
        return 0
    }

    private static func timerFile(_ argument: UInt, _ task: Task) throws(Errno) -> TimerFile {
        guard let file = try usableFile(argument, task) as? TimerFile else { throw .invalidArgument }
        return file
    }

    /// Reads a struct itimerspec as nanoseconds.
    ///
    /// - Throws: `.badAddress`, `.invalidArgument` (negative, or nanoseconds out of range).
    static func intervalTime(at address: UInt) throws(Errno) -> (value: UInt64, interval: UInt64) {
        var buffer = LayoutBuffer<4>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        guard let time = IntervalTime(decoding: buffer), let value = time.value.totalNanoseconds,
            let interval = time.interval.totalNanoseconds
        else { throw .invalidArgument }
        return (value, interval)
    }

    /// The struct itimerspec of nanoseconds.
    static func encodedInterval(_ timer: (value: UInt64, interval: UInt64)) -> LayoutBuffer<4> {
        IntervalTime(
            interval: Timestamp(nanosecondsSinceEpoch: timer.interval),
            value: Timestamp(nanosecondsSinceEpoch: timer.value)
        ).encoded
    }
}
