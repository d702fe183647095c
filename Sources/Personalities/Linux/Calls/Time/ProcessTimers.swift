// SPDX-License-Identifier: Apache-2.0
//
// timer_create(2), timer_settime(2), timer_gettime(2), timer_getoverrun(2), timer_delete(2).

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func timer_create(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let clock = try timerClock(r.argument0, task)
        var event = SignalEvent.alarm
        if r.argument1 != 0 {
            var buffer = LayoutBuffer<8>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument1), into: &raw) }
            event = SignalEvent(decoding: buffer)
        }
        let target = try check(event, task)
        let timer = try allocating { () throws(OutOfMemory) in
            try task.process.makeTimer(clock) { id in
                // Without a description the value is the timer's number.
                notice(event, target, value: r.argument1 == 0 ? UInt64(UInt32(bitPattern: id)) : event.value)
            }
        }
        do throws(Errno) { try UserMemory.store(timer.id, at: UserAddress(r.argument2)) } catch {
            _ = task.process.deleteTimer(timer.id)
            throw error
        }
        return 0
    }

    @Sendable static func timer_settime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = TimerSetFlags(rawValue: word(r.argument1))
        guard r.argument2 != 0 else { throw .invalidArgument }
        let new = try intervalTime(at: r.argument2)
        guard flags.isSubset(of: .absolute) else { throw .invalidArgument }
        let timer = try timer(r.argument0, task)
        let old = timer.set(
            value: new.value, interval: new.interval, flags.contains(.absolute) ? .absolute : .relative)
        if r.argument3 != 0 { try store(encodedInterval(old), r.argument3) }
        return 0
    }

    @Sendable static func timer_gettime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(encodedInterval(try timer(r.argument0, task).current), r.argument1)
        return 0
    }

    @Sendable static func timer_getoverrun(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        Int(try timer(r.argument0, task).overruns)
    }

    @Sendable static func timer_delete(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard task.process.deleteTimer(descriptor(r.argument0)) else { throw .invalidArgument }
        return 0
    }

    private static func timer(_ argument: UInt, _ task: Task) throws(Errno) -> ProcessTimer {
        guard let timer = task.process.timer(descriptor(argument)) else { throw .invalidArgument }
        return timer
    }

    /// - Throws: `.invalidArgument`; `.notSupported` for a clock that has no timers; `.notPermitted`.
    private static func timerClock(_ argument: UInt, _ task: Task) throws(Errno) -> ProcessClock {
        switch Int32(truncatingIfNeeded: argument) {
        case 0, 11: return .wall
        case 1, 7: return .monotonic
        case 2: return .process
        case 3: return .thread(task)
        case 4, 5, 6: throw .notSupported
        case 8, 9:
            guard task.process.credentials.has(.wakeAlarm) else { throw .notPermitted }
            return argument == 8 ? .wall : .monotonic
        case let id where id < 0:
            // clock_getcpuclockid(3), pthread_getcpuclockid(3): see `clock`.
            let target = ~(id >> 3)
            guard id & 3 != 3 else { throw .invalidArgument }
            if id & 4 == 0 {
                guard target == 0 || target == task.process.id else { throw .invalidArgument }
                return .process
            }
            guard let thread = target == 0 ? task : task.process.task(target) else { throw .invalidArgument }
            return .thread(thread)
        default: throw .invalidArgument
        }
    }

    /// - Returns: the thread that is meant, where one is.
    private static func check(_ event: SignalEvent, _ task: Task) throws(Errno) -> Task? {
        var target: Task?
        switch event.notification {
        case .none: return nil
        case .signal, .thread: break
        case .threadID:
            target = task.process.task(event.threadID)
            guard target != nil else { throw .invalidArgument }
        default: throw .invalidArgument
        }
        guard signal(UInt(UInt32(bitPattern: event.signal))) != nil else { throw .invalidArgument }
        return target
    }

    /// - Precondition: `check` has found no fault.
    private static func notice(_ event: SignalEvent, _ target: Task?, value: UInt64) -> TimerNotice {
        guard let signal = signal(UInt(UInt32(bitPattern: event.signal))) else { return .none }
        if case .none = event.notification { return .none }
        if let target { return .thread(target, signal, value: value) }
        return .process(signal, value: value)
    }
}
