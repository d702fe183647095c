// SPDX-License-Identifier: Apache-2.0
//
// semget(2), semop(2), semtimedop(2).

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import SystemVIPC
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func semget(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return Int(
            try task.process.system.systemV.semaphores.get(
                key: Int32(truncatingIfNeeded: r.argument0), count: Int(Int32(truncatingIfNeeded: r.argument1)),
                IPCFlags(rawValue: word(r.argument2)), ipcCaller(task)))
    }

    @Sendable static func semop(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try operate(r, until: nil, task)
    }

    @Sendable static func semtimedop(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var deadline: Instant?
        if r.argument3 != 0 {
            deadline = try instant(try timestamp(at: r.argument3), isAbsolute: false, onWallClock: false)
        }
        return try operate(r, until: deadline, task)
    }

    private static func operate(_ r: ProgramRegisters, until deadline: Instant?, _ task: Task) throws(Errno) -> Int {
        let count = word(r.argument2)
        guard count >= 1, Int32(truncatingIfNeeded: r.argument0) >= 0 else { throw .invalidArgument }
        guard count <= UInt32(SemaphoreSets.operationLimit) else { throw .argListTooLong }
        var operations = try allocating { () throws(OutOfMemory) in
            try UniqueArray<SemaphoreOperation>(capacity: Int(count))
        }
        for index in 0..<Int(count) {
            var buffer = LayoutBuffer<1>(byteCount: 6)
            try read(&buffer, at: UserAddress(r.argument1).advanced(by: index * 6).rawValue)
            operations.appendReserved(
                SemaphoreOperation(
                    index: buffer.load16(0), delta: Int16(bitPattern: buffer.load16(2)), flags: buffer.load16(4)))
        }
        let set = try task.process.system.systemV.semaphores.set(Int32(truncatingIfNeeded: r.argument0))
        try set.operate(operations, ipcCaller(task), until: deadline)
        return 0
    }
}
