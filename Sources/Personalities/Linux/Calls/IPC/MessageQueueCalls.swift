// SPDX-License-Identifier: Apache-2.0
//
// mq_open(2), mq_unlink(2), mq_timedsend(2), mq_timedreceive(2), mq_getsetattr(2). Deadlines are times of day.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import MessageQueues
internal import Processes
internal import Processor
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func mq_open(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = OpenFlags(rawValue: word(r.argument1))
        var size = MessageQueueSize.usual
        if r.argument3 != 0 {
            var buffer = LayoutBuffer<8>()
            try read(&buffer, at: r.argument3)
            size.limit = Int64(bitPattern: buffer.load64(8))
            size.messageLimit = Int64(bitPattern: buffer.load64(16))
        }
        let mode = Permissions(rawValue: UInt16(truncatingIfNeeded: r.argument2) & 0o777)
        let permissions = mode.subtracting(task.process.fileContext.umask)
        return try withPath(r.argument0, .allowed, task) { (name, task) throws(Errno) in
            let process = task.process
            let number = try process.files.take(limit: descriptorLimit(task), .closedOnExec)
            do throws(Errno) {
                let file = try process.system.messageQueues.open(
                    name, flags, permissions, size, byteLimit: process[limit: .messageQueues].soft,
                    process.credentials)
                process.files.set(number, to: file)
            } catch {
                process.files.giveBack(number)
                throw error
            }
            return Int(number)
        }
    }

    @Sendable static func mq_unlink(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try withPath(r.argument0, .allowed, task) { (name, task) throws(Errno) in
            try task.process.system.messageQueues.unlink(name, task.process.credentials)
            return 0
        }
    }

    @Sendable static func mq_timedsend(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = try messageDeadline(r.argument4)
        guard word(r.argument3) < MessageQueues.priorityLimit else { throw .invalidArgument }
        let file = try messageQueue(r.argument0, task)
        guard file.flags.allowsWriting else { throw .badFileDescriptor }
        guard r.argument2 <= UInt(file.queue.messageLimit) else { throw .messageTooLong }
        do throws(Errno) { try send(r, file, until: deadline, task) } catch { throw restartable(error) }
        return 0
    }

    private static func send(
        _ r: ProgramRegisters, _ file: MessageQueueFile, until deadline: Instant?, _ task: Task
    ) throws(Errno) {
        try file.send(
            try readBytes(r.argument1, Int(r.argument2)), priority: word(r.argument3), until: deadline,
            sender: (task.process.id, task.process.credentials.user.real))
    }

    @Sendable static func mq_timedreceive(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let deadline = try messageDeadline(r.argument4)
        let file = try messageQueue(r.argument0, task)
        guard file.flags.allowsReading else { throw .badFileDescriptor }
        guard r.argument2 >= UInt(file.queue.messageLimit) else { throw .messageTooLong }
        do throws(Errno) {
            return try deliver(
                try file.receive(until: deadline), to: UserAddress(r.argument1), priority: UserAddress(r.argument3))
        } catch { throw restartable(error) }
    }

    /// Gives a message to the program. As on Linux one that the program cannot take is lost.
    private static func deliver(
        _ message: borrowing QueuedMessage, to address: UserAddress, priority: UserAddress
    ) throws(Errno) -> Int {
        if !priority.isNull { try UserMemory.store(message.priority, at: priority) }
        try UserMemory.write(message.text.span.rawBytes, to: address)
        return message.text.count
    }

    @Sendable static func mq_getsetattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var new: OpenFlags?
        if r.argument1 != 0 {
            var buffer = LayoutBuffer<8>()
            try read(&buffer, at: r.argument1)
            let flags = OpenFlags(rawValue: UInt32(truncatingIfNeeded: buffer.load64(0)))
            guard buffer.load64(0) >> 32 == 0, flags.isSubset(of: .nonBlocking) else { throw .invalidArgument }
            new = flags
        }
        let file = try messageQueue(r.argument0, task)
        var old = LayoutBuffer<8>()
        old.store64(UInt64(file.flags.intersection(.nonBlocking).rawValue), at: 0)
        old.store64(UInt64(file.queue.limit), at: 8)
        old.store64(UInt64(file.queue.messageLimit), at: 16)
        old.store64(UInt64(file.queue.count), at: 24)
        if let new { file.setFlags(new) }
        if r.argument2 != 0 { try store(old, r.argument2) }
        return 0
    }

    /// - Throws: `.badFileDescriptor`, also for another kind of file.
    static func messageQueue(_ argument: UInt, _ task: Task) throws(Errno) -> MessageQueueFile {
        guard let file = try file(argument, task) as? MessageQueueFile else { throw .badFileDescriptor }
        return file
    }

    private static func messageDeadline(_ address: UInt) throws(Errno) -> Instant? {
        guard address != 0 else { return nil }
        return try instant(try timestamp(at: address), isAbsolute: true, onWallClock: true)
    }

    /// Bytes of the program.
    ///
    /// - Throws: `.badAddress`, `.noMemory`.
    static func readBytes(_ address: UInt, _ count: Int) throws(Errno) -> UniqueArray<UInt8> {
        var bytes = UniqueArray<UInt8>()
        do throws(OutOfMemory) {
            bytes = try UniqueArray(capacity: count)
            try bytes.extend(toCount: count, with: 0)
        } catch { throw .noMemory }
        if count > 0 {
            var span = bytes.mutableSpan
            var raw = span.rawBytes
            try UserMemory.read(UserAddress(address), into: &raw)
        }
        return bytes
    }
}
