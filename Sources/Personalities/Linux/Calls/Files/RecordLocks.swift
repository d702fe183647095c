// SPDX-License-Identifier: Apache-2.0
//
// The record locks of fcntl(2), a process's and an open file's, and flock(2). What a range means is decided here, from
// `struct flock`, the position and the size; whether it can be had, by FileSystem's FileLocks.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    static func recordLock(
        _ file: OpenFile, _ command: FcntlCommand, _ descriptor: Int32, _ address: UInt, _ task: Task
    ) throws(Errno) -> Int {
        var buffer = LayoutBuffer<4>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        let request = FileLockRequest(decoding: buffer)
        guard request.kind <= 2 else { throw .invalidArgument }
        let range = try lockRange(request, file)
        let isOpenFiles =
            command == .getOpenFileLock || command == .setOpenFileLock || command == .setOpenFileLockWaiting
        if isOpenFiles, request.processID != 0 { throw .invalidArgument }
        let owner =
            isOpenFiles
            ? FileLockOwner(file, processID: task.process.id)
            : FileLockOwner(task.process.files, processID: task.process.id)
        switch command {
        case .getLock, .getOpenFileLock:
            try store(try findLock(request, range, owner, file, task).encoded, address)
        default:
            let isWaiting = command == .setLockWaiting || command == .setOpenFileLockWaiting
            try setLock(request, range, owner, isWaiting ? .wait : .none, file, task)
            if !isOpenFiles { try checkStillOpen(file, descriptor, owner, task) }
        }
        return 0
    }

    /// The bytes that a request means.
    ///
    /// - Throws: `.invalidArgument` before the first byte, `.overflow` behind the greatest offset.
    private static func lockRange(_ request: FileLockRequest, _ file: OpenFile) throws(Errno) -> ClosedRange<Int64> {
        let base: Int64
        switch request.origin {
        case .set: base = 0
        case .current: base = Int64(clamping: try file.withPosition { (position) throws(Errno) in position })
        case .end: base = Int64(clamping: file.inode.byteCount)
        default: throw .invalidArgument
        }
        let (start, overflow) = base.addingReportingOverflow(request.start)
        if overflow { throw .overflow }
        guard start >= 0 else { throw .invalidArgument }
        if request.length == 0 { return start...Int64.max }
        if request.length > 0 {
            let (last, overflow) = start.addingReportingOverflow(request.length - 1)
            if overflow { throw .overflow }
            return start...last
        }
        // fcntl(2): a negative length means the bytes before the start.
        let first = start + request.length
        guard first >= 0 else { throw .invalidArgument }
        return first...start - 1
    }

    /// Answers F_GETLK: the first lock in the way, or F_UNLCK and the rest as it was.
    private static func findLock(
        _ request: FileLockRequest, _ range: ClosedRange<Int64>, _ owner: FileLockOwner, _ file: OpenFile, _ task: Task
    ) throws(Errno) -> FileLockRequest {
        let locks = file.inode.locks(task.process.system.fileLocks)
        let found: RecordLock?
        if let mode = FileLockMode(rawValue: request.kind) {
            found = locks.record(inTheWayOf: RecordLock(range, mode, owner))
        } else {
            // F_UNLCK asks an open file for its own locks; a process cannot ask.
            guard owner.kind == .openFile else { throw .invalidArgument }
            found = locks.record(of: owner, in: range)
        }
        var answer = request
        guard let found else {
            answer.kind = 2
            return answer
        }
        answer.kind = found.mode.rawValue
        answer.origin = .set
        answer.start = found.first
        answer.length = found.last == .max ? 0 : found.last - found.first + 1
        answer.processID = found.owner.kind == .process ? found.owner.processID : -1
        return answer
    }

    private static func setLock(
        _ request: FileLockRequest, _ range: ClosedRange<Int64>, _ owner: FileLockOwner, _ patience: FileLockPatience,
        _ file: OpenFile, _ task: Task
    ) throws(Errno) {
        guard let mode = FileLockMode(rawValue: request.kind) else {
            return try file.inode.locks(task.process.system.fileLocks).clearRecord(range, of: owner)
        }
        guard mode == .exclusive ? file.flags.allowsWriting : file.flags.allowsReading else { throw .badFileDescriptor }
        do throws(Errno) {
            try file.inode.locks(task.process.system.fileLocks).setRecord(RecordLock(range, mode, owner), patience)
        } catch { throw restartable(error) }
    }

    /// A descriptor that another thread closed while its lock was being taken must not leave the lock behind.
    private static func checkStillOpen(
        _ file: OpenFile, _ descriptor: Int32, _ owner: FileLockOwner, _ task: Task
    ) throws(Errno) {
        if let now = try? task.process.files.file(descriptor), now === file { return }
        try file.inode.locks(task.process.system.fileLocks).clearRecord(0...Int64.max, of: owner)
        throw .badFileDescriptor
    }

    @Sendable static func flock(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let request = FlockOperation(rawValue: word(r.argument1))
        let operation = request.subtracting(.nonBlocking)
        guard operation == .shared || operation == .exclusive || operation == .unlock else { throw .invalidArgument }
        let file = try usableFile(r.argument0, task)
        let locks = file.inode.locks(task.process.system.fileLocks)
        let owner = FileLockOwner(file, processID: task.process.id)
        if operation == .unlock {
            locks.clearWhole(of: owner)
            return 0
        }
        let lock = RecordLock(operation == .shared ? .shared : .exclusive, owner)
        do throws(Errno) {
            try locks.setWhole(lock, request.contains(.nonBlocking) ? .none : .wait)
        } catch { throw restartable(error) }
        return 0
    }
}
