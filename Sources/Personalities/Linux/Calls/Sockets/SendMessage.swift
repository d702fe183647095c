// SPDX-License-Identifier: Apache-2.0
//
// sendto(2), sendmsg(2), sendmmsg(2).

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sockets
internal import UserMemory

extension SystemCalls {
    /// The flags that a send may have; the others are not known.
    private static var sendFlags: MessageFlags {
        [.outOfBand, .dontRoute, .dontWait, .endOfRecord, .confirm, .noSignal, .more, .controlCloseOnExec]
    }

    @Sendable static func sendto(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = try messageFlags(r.argument3, of: sendFlags)
        var buffer = IOBuffer(try range(r.argument1, r.argument2))
        let socket = try socket(r.argument0, task)
        var message = SocketMessage(flags)
        return try send(socket, &buffer, &message, r.argument4, r.argument5, task)
    }

    @Sendable static func sendmsg(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = try messageFlags(r.argument2, of: sendFlags)
        let socket = try socket(r.argument0, task)
        return try sendMessage(socket, r.argument1, flags, task)
    }

    @Sendable static func sendmmsg(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = try messageFlags(r.argument3, of: sendFlags)
        let socket = try socket(r.argument0, task)
        let count = min(Int(word(r.argument2)), IOVector.limit)
        var done = 0
        while done < count {
            let entry = r.argument1 &+ UInt(done * MessageHeader.entryByteCount)
            do throws(Errno) {
                let sent = try sendMessage(socket, entry, flags, task)
                let place = UserAddress(entry).advanced(by: MessageHeader.transferredOffset)
                try UserMemory.store(UInt32(truncatingIfNeeded: sent), at: place)
            } catch {
                if done == 0 { throw error }
                break
            }
            done += 1
        }
        return done
    }

    private static func sendMessage(
        _ socket: Socket, _ address: UInt, _ flags: MessageFlags, _ task: Task
    ) throws(Errno) -> Int {
        let header = try messageHeader(at: address)
        guard header.vectorCount <= UInt64(IOVector.limit) else { throw .messageTooLong }
        var buffer = try vector(UInt(header.vector), UInt(header.vectorCount))
        var message = SocketMessage(flags)
        if header.control != 0, header.controlLength > 0 { try attach(header, to: &message, task) }
        return try send(socket, &buffer, &message, UInt(header.name), UInt(header.nameLength), task)
    }

    private static func send(
        _ socket: Socket, _ buffer: inout IOBuffer, _ message: inout SocketMessage, _ address: UInt, _ length: UInt,
        _ task: Task
    ) throws(Errno) -> Int {
        do throws(Errno) {
            if address == 0 || length == 0 {
                return try socket.send(from: &buffer, to: nil, &message, by: caller(task))
            }
            return try sendTo(socket, &buffer, &message, address, length, task)
        } catch {
            if error == .brokenPipe, socket.type == .stream, !message.flags.contains(.noSignal) {
                throw writeError(error, task)
            }
            throw socketError(error, socket, .sending)
        }
    }

    @inline(never) private static func sendTo(
        _ socket: Socket, _ buffer: inout IOBuffer, _ message: inout SocketMessage, _ address: UInt, _ length: UInt,
        _ task: Task
    ) throws(Errno) -> Int {
        try withAddress(address, length) { (bytes) throws(Errno) in
            try socket.send(from: &buffer, to: bytes, &message, by: caller(task))
        }
    }

    /// Reads a struct msghdr.
    static func messageHeader(at address: UInt) throws(Errno) -> MessageHeader {
        var buffer = LayoutBuffer<7>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        return MessageHeader(decoding: buffer)
    }

    // MARK: Ancillary data

    /// Reads ancillary data.
    ///
    /// - Throws: `.invalidArgument` for what is malformed or not known, `.badFileDescriptor`, `.notPermitted` for
    ///   credentials that are not the caller's.
    private static func attach(
        _ header: MessageHeader, to message: inout SocketMessage, _ task: Task
    ) throws(Errno) {
        guard header.controlLength <= UInt64(Int32.max) else { throw .noBufferSpace }
        let end = Int(header.controlLength)
        var offset = 0
        while end - offset >= ControlMessageHeader.byteCount {
            let place = UserAddress(UInt(header.control)).advanced(by: offset)
            var buffer = LayoutBuffer<2>()
            try buffer.fill { (raw) throws(Errno) in try UserMemory.read(place, into: &raw) }
            let control = ControlMessageHeader(decoding: buffer)
            guard control.length >= UInt64(ControlMessageHeader.byteCount), control.length <= UInt64(end - offset)
            else {
                throw .invalidArgument
            }
            let length = Int(control.length) - ControlMessageHeader.byteCount
            let data = place.advanced(by: ControlMessageHeader.byteCount)
            if control.level == SocketOption.level {
                switch ControlMessageType(rawValue: control.type) {
                case .rights: try attachFiles(data, length / 4, to: &message, task)
                case .credentials: try attachCredentials(data, length, to: &message, task)
                default: throw .invalidArgument
                }
            }
            offset += (Int(control.length) + 7) & ~7
        }
    }

    /// The most files that travel with one message (`SCM_MAX_FD`).
    private static var fileLimit: Int { 253 }

    private static func attachFiles(
        _ data: UserAddress, _ count: Int, to message: inout SocketMessage, _ task: Task
    ) throws(Errno) {
        guard message.files.count + count <= fileLimit else { throw .invalidArgument }
        do throws(OutOfMemory) { try message.files.reserve(count) } catch { throw .noMemory }
        for index in 0..<count {
            let number = try UserMemory.load(Int32.self, at: data.advanced(by: index * 4))
            let file = try task.process.files.file(number)
            file.descriptorOpened()
            message.files.appendReserved(file)
        }
    }

    private static func attachCredentials(
        _ data: UserAddress, _ length: Int, to message: inout SocketMessage, _ task: Task
    ) throws(Errno) {
        guard length == SocketCredentials.byteCount else { throw .invalidArgument }
        var buffer = LayoutBuffer<2>(byteCount: SocketCredentials.byteCount)
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(data, into: &raw) }
        let claimed = SocketCredentials(decoding: buffer)
        let own = task.process.credentials
        guard claimed.processID == UInt32(task.process.id) || own.has(.administration),
            isOneOf(claimed.userID, own.user) || own.has(.setUserID),
            isOneOf(claimed.groupID, own.group) || own.has(.setGroupID)
        else { throw .notPermitted }
        message.credentials = claimed
    }

    private static func isOneOf(_ id: UInt32, _ set: IdentitySet) -> Bool {
        id == set.real || id == set.effective || id == set.saved
    }
}
