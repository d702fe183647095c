// SPDX-License-Identifier: Apache-2.0
//
// The record locks of fcntl(2), and flock(2). A process never conflicts with its own record locks, and there is one
// process: every such lock is granted.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    static func recordLock(
        _ file: OpenFile, _ command: FcntlCommand, _ address: UInt, _ task: Task
    ) throws(Errno) -> Int {
        var buffer = LayoutBuffer<4>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        var request = FileLockRequest(decoding: buffer)
        guard request.kind <= 2, request.origin.rawValue <= SeekOrigin.end.rawValue else { throw .invalidArgument }
        switch command {
        case .getLock, .getOpenFileLock:
            guard request.kind != 2 else { throw .invalidArgument }
            request.kind = 2  // F_UNLCK: it could be placed
            try store(request.encoded, address)
        default:
            if command != .setLock, command != .setLockWaiting, request.processID != 0 { throw .invalidArgument }
            if request.kind == 0, !file.flags.allowsReading { throw .badFileDescriptor }
            if request.kind == 1, !file.flags.allowsWriting { throw .badFileDescriptor }
        }
        return 0
    }

    @Sendable static func flock(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let operation = FlockOperation(rawValue: word(r.argument1)).subtracting(.nonBlocking)
        guard operation == .shared || operation == .exclusive || operation == .unlock else { throw .invalidArgument }
        _ = try usableFile(r.argument0, task)
        return 0
    }
}
