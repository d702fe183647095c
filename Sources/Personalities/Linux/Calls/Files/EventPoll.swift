// SPDX-License-Identifier: Apache-2.0
//
// epoll_create(2), epoll_create1(2), epoll_ctl(2), epoll_wait(2), epoll_pwait(2), epoll_pwait2(2).

internal import EventFiles
internal import Events
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func epoll_create(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard descriptor(r.argument0) > 0 else { throw .invalidArgument }
        return try add(EventPoll(task.process.system.unnamedFiles), .kept, task)
    }

    @Sendable static func epoll_create1(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = EventDescriptorFlags(rawValue: word(r.argument0))
        guard flags.isSubset(of: .closeOnExec) else { throw .invalidArgument }
        let inheritance: FileDescriptorTable.Inheritance = flags.isEmpty ? .kept : .closedOnExec
        return try add(EventPoll(task.process.system.unnamedFiles), inheritance, task)
    }

    @Sendable static func epoll_ctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let command = EpollCommand(rawValue: word(r.argument1))
        var bits: UInt32 = 0
        var data: UInt64 = 0
        if command != .delete {
            bits = try UserMemory.load(UInt32.self, at: UserAddress(r.argument3))
            let place = UserAddress(r.argument3).advanced(by: EpollEventLayout.dataOffset)
            data = try UserMemory.load(UInt64.self, at: place)
        }
        let outer = try usableFile(r.argument0, task)
        let file = try usableFile(r.argument2, task)
        if file.waitQueue == nil { throw .notPermitted }
        guard outer !== file, let poll = outer as? EventPoll else { throw .invalidArgument }
        // Unknown bits are no error to Linux, and nothing here.
        let flags = EpollFlags(rawValue: bits).intersection([.exclusive, .wakeUp, .oneShot, .edgeTriggered])
        let wanted = PollEvents(rawValue: bits & 0xffff)
        if command != .delete, flags.contains(.exclusive) { try checkExclusive(command, wanted, flags, file) }
        let number = descriptor(r.argument2)
        switch command {
        case .add: try poll.add(file, as: number, wanted, flags, data: data)
        case .modify: try poll.modify(file, as: number, wanted, flags, data: data)
        case .delete: try poll.remove(file, as: number)
        default: throw .invalidArgument
        }
        return 0
    }

    /// Exclusive wake-ups go with few other things (epoll_ctl(2), ERRORS, EINVAL).
    private static func checkExclusive(
        _ command: EpollCommand, _ wanted: PollEvents, _ flags: EpollFlags, _ file: OpenFile
    ) throws(Errno) {
        guard command == .add, wanted.isSubset(of: [.readable, .writable, .error, .hangUp]),
            !flags.contains(.oneShot), !(file is EventPoll)
        else { throw .invalidArgument }
    }

    @Sendable static func epoll_wait(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try wait(r, until: milliseconds(r.argument3), task)
    }

    @Sendable static func epoll_pwait(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = milliseconds(r.argument3)
        if r.argument4 == 0 { return try wait(r, until: deadline, task) }
        try exchangeMask(r.argument4, r.argument5, task)
        defer { restoreMask(task) }
        return try wait(r, until: deadline, task)
    }

    @Sendable static func epoll_pwait2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = try relativeDeadline(r.argument3)
        try exchangeMask(r.argument4, r.argument5, task)
        defer { restoreMask(task) }
        return try wait(r, until: deadline, task)
    }

    /// A timeout in milliseconds: nil, for ever, if it is negative.
    @inline(__always) private static func milliseconds(_ argument: UInt) -> Instant? {
        let timeout = descriptor(argument)
        if timeout == 0 { return .boot }
        return timeout < 0 ? nil : Clock.now().advanced(byNanoseconds: UInt64(timeout) * 1_000_000)
    }

    @inline(__always)
    private static func wait(_ r: ProgramRegisters, until deadline: Instant?, _ task: Task) throws(Errno) -> Int {
        let limit = Int(descriptor(r.argument2))
        guard limit > 0, limit <= Int(Int32.max) / EpollEventLayout.byteCount else { throw .invalidArgument }
        let array = try UserRange(UserAddress(r.argument1), count: limit * EpollEventLayout.byteCount)
        return try withFile(r.argument0, task) { (file) throws(Errno) in
            let result = EventPoll.with(file) { poll -> Result<Int, Errno> in
                do throws(Errno) {
                    let count = try poll.wait(limit: limit, until: deadline) { (index, events, data) throws(Errno) in
                        try emit(index, events, data, array)
                    }
                    return .success(count)
                } catch { return .failure(error) }
            }
            guard let result else { throw .invalidArgument }
            return try result.get()
        }
    }

    /// Stores one entry of the program's array: its events, and behind them, not aligned, its data.
    @inline(__always)
    private static func emit(_ index: Int, _ events: PollEvents, _ data: UInt64, _ array: UserRange) throws(Errno) {
        let entry = try array.part(at: index &* EpollEventLayout.byteCount, count: EpollEventLayout.byteCount)
        try entry.store(events.rawValue, at: 0)
        try entry.store(data, at: EpollEventLayout.dataOffset)
    }
}
