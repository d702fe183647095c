// SPDX-License-Identifier: Apache-2.0
//
// utime(2), utimes(2), futimesat(2), utimensat(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// Which structure the two times come in.
    private enum TimeForm {
        /// `struct utimbuf`: seconds.
        case seconds
        /// `struct timeval`: seconds and microseconds.
        case microseconds
        /// `struct timespec`, with UTIME_NOW and UTIME_OMIT.
        case nanoseconds
    }

    @Sendable static func utime(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let times = try times(r.argument1, .seconds)
        return try changeTimes(workingDirectory, r.argument0, times, [], task)
    }

    @Sendable static func utimes(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let times = try times(r.argument1, .microseconds)
        return try changeTimes(workingDirectory, r.argument0, times, [], task)
    }

    @Sendable static func futimesat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let times = try times(r.argument2, .microseconds)
        if r.argument1 == 0, descriptor(r.argument0) != -100 { return try changeTimes(r.argument0, times, task) }
        return try changeTimes(r.argument0, r.argument1, times, [], task)
    }

    @Sendable static func utimensat(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let times = try times(r.argument2, .nanoseconds)
        // Nothing to do: not even the path is looked at (utimensat(2) NOTES).
        if case .keep = times.accessed, case .keep = times.modified { return 0 }
        let flags = AtFlags(rawValue: word(r.argument3))
        if r.argument1 == 0, descriptor(r.argument0) != -100 {
            guard flags.isEmpty else { throw .invalidArgument }
            return try changeTimes(r.argument0, times, task)
        }
        guard flags.isSubset(of: [.noFollow, .emptyPath]) else { throw .invalidArgument }
        return try changeTimes(r.argument0, r.argument1, times, flags, task)
    }

    private static func changeTimes(
        _ directory: UInt, _ address: UInt, _ times: (accessed: TimeChange, modified: TimeChange), _ flags: AtFlags,
        _ task: Task
    ) throws(Errno) -> Int {
        return try withPath(address, flags.contains(.emptyPath) ? .allowed : .refused) { (path) throws(Errno) in
            let base = try base(directory, path, task)
            let operations = task.process.fileOperations
            let place = try operations.place(of: path, from: base, flags)
            try operations.setTimes(of: place, accessed: times.accessed, modified: times.modified)
            return 0
        }
    }

    /// A null path means the descriptor's file (futimens(3)).
    private static func changeTimes(
        _ descriptor: UInt, _ times: (accessed: TimeChange, modified: TimeChange), _ task: Task
    ) throws(Errno) -> Int {
        guard let place = try usableFile(descriptor, task).place else { throw .notSupported }
        try task.process.fileOperations.setTimes(of: place, accessed: times.accessed, modified: times.modified)
        return 0
    }

    /// The two times at an address; none there means now.
    private static func times(
        _ address: UInt, _ form: TimeForm
    ) throws(Errno) -> (accessed: TimeChange, modified: TimeChange) {
        if address == 0 { return (.now, .now) }
        var buffer = LayoutBuffer<4>(byteCount: form == .seconds ? 16 : 32)
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        let second = form == .seconds ? 8 : 16
        return (try change(buffer, 0, form), try change(buffer, second, form))
    }

    private static func change(
        _ buffer: borrowing LayoutBuffer<4>, _ offset: Int, _ form: TimeForm
    ) throws(Errno) -> TimeChange {
        let seconds = Int64(bitPattern: buffer.load64(offset))
        if form == .seconds { return .to(Timestamp(seconds: seconds, nanoseconds: 0)) }
        let part = buffer.load64(offset + 8)
        if form == .microseconds {
            guard part < 1_000_000 else { throw .invalidArgument }
            return .to(Timestamp(seconds: seconds, nanoseconds: UInt32(part) * 1000))
        }
        switch part {
        case 0x3fff_ffff: return .now  // UTIME_NOW
        case 0x3fff_fffe: return .keep  // UTIME_OMIT
        case ..<1_000_000_000: return .to(Timestamp(seconds: seconds, nanoseconds: UInt32(part)))
        default: throw .invalidArgument
        }
    }
}
