// SPDX-License-Identifier: Apache-2.0
//
// recvfrom(2), recvmsg(2), recvmmsg(2).

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sockets
internal import Time
internal import UserMemory

extension SystemCalls {
    /// The flags that a receive may have; the others are not known.
    private static var receiveFlags: MessageFlags {
        [
            .outOfBand, .peek, .truncated, .controlTruncated, .dontWait, .waitAll, .noSignal, .waitForOne,
            .controlCloseOnExec, .errorQueue,
        ]
    }

    @Sendable static func recvfrom(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = try messageFlags(r.argument3, of: receiveFlags)
        var buffer = IOBuffer(try range(r.argument1, r.argument2))
        let socket = try socket(r.argument0, task)
        let message = try receive(socket, &buffer, flags)
        socket.endJourney(of: message.files)
        if r.argument4 != 0 { try store(message.source, r.argument4, lengthAt: r.argument5) }
        return message.count
    }

    @Sendable static func recvmsg(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = try messageFlags(r.argument2, of: receiveFlags)
        let socket = try socket(r.argument0, task)
        return try receiveMessage(socket, r.argument1, flags, task)
    }

    @Sendable static func recvmmsg(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var flags = try messageFlags(r.argument3, of: receiveFlags)
        // Looked at between messages only (recvmmsg(2), BUGS).
        let deadline = try relativeDeadline(r.argument4)
        let socket = try socket(r.argument0, task)
        let count = min(Int(word(r.argument2)), IOVector.limit)
        var done = 0
        while done < count {
            let entry = r.argument1 &+ UInt(done * MessageHeader.entryByteCount)
            do throws(Errno) {
                let received = try receiveMessage(socket, entry, flags.subtracting(.waitForOne), task)
                let place = UserAddress(entry).advanced(by: MessageHeader.transferredOffset)
                try UserMemory.store(UInt32(truncatingIfNeeded: received), at: place)
            } catch {
                if done == 0 { throw error }
                break
            }
            done += 1
            if flags.contains(.waitForOne) { flags.insert(.dontWait) }
            if let deadline, Clock.now() >= deadline { break }
        }
        return done
    }

    private static func receive(
        _ socket: Socket, _ buffer: inout IOBuffer, _ flags: MessageFlags
    ) throws(Errno) -> ReceivedMessage {
        // Errors of what was sent are told at once here: there is no queue of them.
        if flags.contains(.errorQueue) { throw .wouldBlock }
        do throws(Errno) { return try socket.receive(into: &buffer, flags) } catch {
            throw socketError(error, socket, .receiving)
        }
    }

    private static func receiveMessage(
        _ socket: Socket, _ address: UInt, _ flags: MessageFlags, _ task: Task
    ) throws(Errno) -> Int {
        let header = try messageHeader(at: address)
        guard header.vectorCount <= UInt64(IOVector.limit) else { throw .messageTooLong }
        var buffer = try vector(UInt(header.vector), UInt(header.vectorCount))
        var message = try receive(socket, &buffer, flags)
        let place = UserAddress(address)
        if header.name != 0 {
            let room = Int(min(header.nameLength, UInt32(SocketAddress.limit)))
            let length = try store(message.source, UInt(header.name), room: room)
            try UserMemory.store(UInt32(length), at: place.advanced(by: MessageHeader.nameLengthOffset))
        }
        let used = try storeControl(header, &message, flags, task)
        let shown = message.flags.union(flags.intersection(.controlCloseOnExec))
        try UserMemory.store(shown.rawValue, at: place.advanced(by: MessageHeader.flagsOffset))
        try UserMemory.store(UInt64(used), at: place.advanced(by: MessageHeader.controlLengthOffset))
        return message.count
    }

    // MARK: Ancillary data

    /// Writes what came along. - Returns: how many bytes of the control buffer are used.
    @inline(never) private static func storeControl(
        _ header: MessageHeader, _ message: inout ReceivedMessage, _ flags: MessageFlags, _ task: Task
    ) throws(Errno) -> Int {
        let room = header.control == 0 ? 0 : Int(clamping: header.controlLength)
        var used = 0
        if let credentials = message.credentials {
            used = try store(credentials, header, room, &message.flags)
        }
        if message.files.isEmpty { return used }
        let headerSize = ControlMessageHeader.byteCount
        let fitting = max(0, min(message.files.count, (room - used - headerSize) / 4))
        var installed = 0
        var failure: Errno?
        for index in 0..<message.files.count {
            let file = message.files[index]
            if index < fitting, failure == nil {
                do throws(Errno) {
                    try install(file, UInt(header.control) + UInt(used + headerSize + index * 4), flags, task)
                    installed += 1
                } catch { failure = error }
            }
            // The descriptor, if there is one, counts for itself.
            file.endDescriptor()
        }
        if installed < message.files.count { message.flags.insert(.controlTruncated) }
        guard installed > 0 else {
            if failure == .badAddress { throw .badAddress }
            return used
        }
        let length = headerSize + installed * 4
        let control = ControlMessageHeader(
            length: UInt64(length), level: SocketOption.level, type: ControlMessageType.rights.rawValue)
        try store(control.encoded, UInt(header.control) + UInt(used))
        return min(room, used + (length + 7) & ~7)
    }

    /// Writes credentials, cut if there is too little room.
    private static func store(
        _ credentials: SocketCredentials, _ header: MessageHeader, _ room: Int, _ flags: inout MessageFlags
    ) throws(Errno) -> Int {
        let headerSize = ControlMessageHeader.byteCount
        guard room >= headerSize else {
            flags.insert(.controlTruncated)
            return 0
        }
        let whole = headerSize + SocketCredentials.byteCount
        let length = min(room, whole)
        if length < whole { flags.insert(.controlTruncated) }
        let control = ControlMessageHeader(
            length: UInt64(length), level: SocketOption.level, type: ControlMessageType.credentials.rawValue)
        try store(control.encoded, UInt(header.control))
        let bytes = credentials.encoded
        try UserMemory.write(
            bytes.bytes.extracting(0..<length - headerSize),
            to: UserAddress(UInt(header.control)).advanced(by: headerSize))
        return min(room, (length + 7) & ~7)
    }

    /// Gives a file that came along a descriptor, and writes its number.
    private static func install(
        _ file: OpenFile, _ address: UInt, _ flags: MessageFlags, _ task: Task
    ) throws(Errno) {
        let inheritance: FileDescriptorTable.Inheritance = flags.contains(.controlCloseOnExec) ? .closedOnExec : .kept
        let number = try task.process.files.take(limit: descriptorLimit(task), inheritance)
        do throws(Errno) { try UserMemory.store(number, at: UserAddress(address)) } catch {
            task.process.files.giveBack(number)
            throw error
        }
        task.process.files.set(number, to: file)
    }
}
