// SPDX-License-Identifier: Apache-2.0
//
// socket(2), socketpair(2), and what the socket calls have in common: finding the socket, addresses in and out.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sockets
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func socket(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let (family, type, flags) = try kind(r, task)
        let socket = try family.makeSocket(type, protocol: descriptor(r.argument2))
        socket.setFlags(flags)
        do throws(Errno) { return try add(socket, FileDescriptorTable.Inheritance(flags), task) } catch {
            socket.abandon()
            throw error
        }
    }

    @Sendable static func socketpair(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let (family, type, flags) = try kind(r, task)
        let pair = try family.makePair(type, protocol: descriptor(r.argument2), by: caller(task).credentials)
        pair.0.setFlags(flags)
        pair.1.setFlags(flags)
        var first: Int32?
        var second: Int32?
        do throws(Errno) {
            let one = Int32(try add(pair.0, FileDescriptorTable.Inheritance(flags), task))
            first = one
            let two = Int32(try add(pair.1, FileDescriptorTable.Inheritance(flags), task))
            second = two
            let word = UInt64(UInt32(bitPattern: one)) | UInt64(UInt32(bitPattern: two)) << 32
            try UserMemory.store(word, at: UserAddress(r.argument3))
            return 0
        } catch {
            // Closing a number that was just made fails only if another thread closed it first.
            if let first { try? task.process.files.close(first) } else { pair.0.abandon() }
            if let second { try? task.process.files.close(second) } else { pair.1.abandon() }
            throw error
        }
    }

    /// The family, the type and the flags that socket(2) and socketpair(2) name.
    private static func kind(
        _ r: ProgramRegisters, _ task: Task
    ) throws(Errno) -> (any SocketFamily, SocketType, OpenFlags) {
        let word = word(r.argument1)
        let flags = OpenFlags(rawValue: word & ~SocketType.mask)
        guard flags.isSubset(of: [.nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        let family = try task.process.system.sockets.family(self.word(r.argument0))
        guard word & SocketType.mask < SocketType.end else { throw .invalidArgument }
        return (family, SocketType(rawValue: word & SocketType.mask), flags)
    }

    /// The socket of a descriptor.
    ///
    /// - Throws: `.badFileDescriptor`, `.notSocket`.
    static func socket(_ argument: UInt, _ task: Task) throws(Errno) -> Socket {
        guard let socket = try usableFile(argument, task) as? Socket else { throw .notSocket }
        return socket
    }

    /// Who calls, to sockets.
    static func caller(_ task: Task) -> SocketCaller {
        let files = task.process.fileOperations
        let credentials = SocketCredentials(
            processID: UInt32(task.process.id), userID: files.credentials.user.effective,
            groupID: files.credentials.group.effective)
        return SocketCaller(credentials, files)
    }

    /// The flags of a message call.
    ///
    /// - Throws: `.invalidArgument` for one that is not `known`.
    static func messageFlags(_ argument: UInt, of known: MessageFlags) throws(Errno) -> MessageFlags {
        let flags = MessageFlags(rawValue: word(argument))
        guard flags.isSubset(of: known) else { throw .invalidArgument }
        return flags
    }

    /// Runs code with a copy of an address.
    ///
    /// - Throws: `.invalidArgument` for a length that no address has, `.badAddress`.
    static func withAddress(
        _ address: UInt, _ length: UInt, _ body: (Span<UInt8>) throws(Errno) -> Int
    ) throws(Errno) -> Int {
        let count = Int(descriptor(length))
        guard count >= 0, count <= SocketAddress.limit else { throw .invalidArgument }
        var bytes = UniqueArray<UInt8>()
        try allocating { () throws(OutOfMemory) in try bytes.extend(toCount: count, with: 0) }
        var span = bytes.mutableSpan
        var raw = span.rawBytes
        if count > 0 { try UserMemory.read(UserAddress(address), into: &raw) }
        return try body(bytes.span)
    }

    /// Writes an address, cut to the room that there is, and its full length.
    ///
    /// - Throws: `.invalidArgument` for negative room, `.badAddress`.
    static func store(_ found: SocketAddress?, _ address: UInt, lengthAt length: UInt) throws(Errno) {
        let room = try UserMemory.load(Int32.self, at: UserAddress(length))
        guard room >= 0 else { throw .invalidArgument }
        let count = try store(found, address, room: Int(room))
        try UserMemory.store(Int32(count), at: UserAddress(length))
    }

    /// Writes an address, cut to the room that there is. - Returns: its full length.
    static func store(_ found: SocketAddress?, _ address: UInt, room: Int) throws(Errno) -> Int {
        guard let found else { return 0 }
        return try found.withBytes { (bytes) throws(Errno) in
            let part = min(room, bytes.count)
            if part > 0 { try UserMemory.write(bytes.extracting(first: part).rawBytes, to: UserAddress(address)) }
            return bytes.count
        }
    }

    /// The error of a wait in a socket: with a time limit it is not started again (signal(7)).
    static func socketError(_ error: Errno, _ socket: Socket, _ side: SocketOptions.Side) -> Errno {
        guard error == .interrupted else { return error }
        return socket.options.withLock { $0.timeout(side) } == 0 ? .restartIfAsked : .interrupted
    }
}
