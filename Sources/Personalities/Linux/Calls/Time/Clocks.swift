// SPDX-License-Identifier: Apache-2.0
//
// clock_gettime(2), clock_getres(2), clock_settime(2), gettimeofday(2), settimeofday(2), time(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Scheduler
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func clock_gettime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        Clock.refineIfDue()
        let now = try clock(r.argument0, task)
        try UserMemory.write(Timestamp(nanosecondsSinceEpoch: now).encoded.bytes, to: UserAddress(r.argument1))
        return 0
    }

    @Sendable static func clock_getres(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        _ = try clock(r.argument0, task)
        let isCoarse = r.argument0 == 5 || r.argument0 == 6
        if r.argument1 != 0 {
            let resolution = Timestamp(seconds: 0, nanoseconds: isCoarse ? 4_000_000 : 1)
            try UserMemory.write(resolution.encoded.bytes, to: UserAddress(r.argument1))
        }
        return 0
    }

    @Sendable static func clock_settime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument0 == 0 else { throw .invalidArgument }
        guard task.process.credentials.has(.setTime) else { throw .notPermitted }
        guard let time = try timestamp(at: r.argument1).totalNanoseconds else { throw .invalidArgument }
        task.process.system.setWallTime(time)
        return 0
    }

    @Sendable static func gettimeofday(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        if r.argument0 != 0 {
            let now = Timestamp(nanosecondsSinceEpoch: Clock.wallTime())
            try UserMemory.write(now.encodedMicroseconds.bytes, to: UserAddress(r.argument0))
        }
        if r.argument1 != 0 { try UserMemory.store(task.process.system.timeZone, at: UserAddress(r.argument1)) }
        return 0
    }

    @Sendable static func settimeofday(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var total: UInt64?
        if r.argument0 != 0 {
            var buffer = LayoutBuffer<2>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument0), into: &raw) }
            total = Timestamp(decodingMicroseconds: buffer)?.totalNanoseconds
            if total == nil { throw .invalidArgument }
        }
        var zone: UInt64?
        if r.argument1 != 0 { zone = try UserMemory.load(UInt64.self, at: UserAddress(r.argument1)) }
        guard task.process.credentials.has(.setTime) else { throw .notPermitted }
        if let zone {
            // Minutes west of Greenwich, at most fifteen hours; the kernel itself uses them for nothing.
            guard abs(Int(Int32(truncatingIfNeeded: zone))) <= 15 * 60 else { throw .invalidArgument }
            task.process.system.timeZone = zone
        }
        if let total { task.process.system.setWallTime(total) }
        return 0
    }

    @Sendable static func time(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let seconds = Int(Clock.wallTime() / 1_000_000_000)
        if r.argument0 != 0 { try UserMemory.store(seconds, at: UserAddress(r.argument0)) }
        return seconds
    }

    /// Nanoseconds of a clock by its number.
    ///
    /// - Throws: `.invalidArgument`.
    static func clock(_ argument: UInt, _ task: Task) throws(Errno) -> UInt64 {
        switch Int32(truncatingIfNeeded: argument) {
        case 0, 5, 8, 11: return Clock.wallTime()  // REALTIME, its coarse and alarm forms, TAI without leap seconds
        case 1, 4, 6, 7, 9: return Clock.now().nanoseconds  // MONOTONIC, raw, coarse, BOOTTIME and its alarm form
        case 2: return task.process.runTime  // PROCESS_CPUTIME_ID
        case 3: return task.runTime  // THREAD_CPUTIME_ID
        case let id where id < 0:
            // clock_getcpuclockid(3), pthread_getcpuclockid(3): the complement of a number, whether it is a thread's
            // (4), and which clock of it.
            let target = ~(id >> 3)
            guard id & 3 != 3 else { throw .invalidArgument }
            if id & 4 != 0 {
                if target == 0 || target == task.id { return task.runTime }
                guard let found = task.process.system.task(target), found.process === task.process else {
                    throw .invalidArgument
                }
                return found.runTime
            }
            if target == 0 || target == task.process.id { return task.process.runTime }
            guard let found = task.process.system.process(target) else { throw .invalidArgument }
            return found.runTime
        default: throw .invalidArgument
        }
    }

    /// Reads a struct timespec.
    ///
    /// - Throws: `.badAddress`, `.invalidArgument` (negative, or nanoseconds out of range).
    static func timestamp(at address: UInt) throws(Errno) -> Timestamp {
        var buffer = LayoutBuffer<2>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        guard let time = Timestamp(decoding: buffer), time.seconds >= 0 else { throw .invalidArgument }
        return time
    }

    /// A point of monotonic time from what a program passed.
    static func instant(_ time: Timestamp, isAbsolute: Bool, onWallClock: Bool) throws(Errno) -> Instant {
        let total = time.totalNanoseconds ?? .max
        if !isAbsolute { return Clock.now().advanced(byNanoseconds: total) }
        if !onWallClock { return Instant(nanoseconds: total) }
        return Instant(nanoseconds: total > Clock.wallOffset ? total - Clock.wallOffset : 0)
    }
}
