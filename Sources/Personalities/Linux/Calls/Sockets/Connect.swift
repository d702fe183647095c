// SPDX-License-Identifier: Apache-2.0
//
// bind(2), listen(2), accept(2), accept4(2), connect(2), shutdown(2), getsockname(2), getpeername(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sockets
internal import UserMemory

extension SystemCalls {
    @Sendable static func bind(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        return try withAddress(r.argument1, r.argument2) { (address) throws(Errno) in
            try socket.bind(address, by: caller(task))
            return 0
        }
    }

    @Sendable static func listen(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        // Negative is a great number to Linux.
        let backlog = word(r.argument1)
        try socket.listen(backlog: Int(backlog), by: caller(task))
        return 0
    }

    @Sendable static func accept(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try accept(r, [], task)
    }

    @Sendable static func accept4(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = OpenFlags(rawValue: word(r.argument3))
        guard flags.isSubset(of: [.nonBlocking, .closeOnExec]) else { throw .invalidArgument }
        return try accept(r, flags, task)
    }

    private static func accept(_ r: ProgramRegisters, _ flags: OpenFlags, _ task: Task) throws(Errno) -> Int {
        let listener = try socket(r.argument0, task)
        // The number first: a connection that was taken cannot be put back.
        let files = task.process.files
        let number = try files.take(limit: descriptorLimit(task), FileDescriptorTable.Inheritance(flags))
        let accepted: Socket
        do throws(Errno) { accepted = try listener.accept([]) } catch {
            files.giveBack(number)
            throw socketError(error, listener, .receiving)
        }
        accepted.setFlags(flags)
        if r.argument1 != 0 {
            do throws(Errno) {
                try store(try accepted.peerAddress(), r.argument1, lengthAt: r.argument2)
            } catch {
                files.giveBack(number)
                accepted.abandon()
                throw error
            }
        }
        files.set(number, to: accepted)
        return Int(number)
    }

    @Sendable static func connect(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        return try withAddress(r.argument1, r.argument2) { (address) throws(Errno) in
            do throws(Errno) { try socket.connect(to: address, by: caller(task)) } catch {
                throw socketError(error, socket, .sending)
            }
            return 0
        }
    }

    @Sendable static func shutdown(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let socket = try socket(r.argument0, task)
        switch descriptor(r.argument1) {
        case 0: try socket.shutdown(.receiving)
        case 1: try socket.shutdown(.sending)
        case 2: try socket.shutdown([.receiving, .sending])
        default: throw .invalidArgument
        }
        return 0
    }

    @Sendable static func getsockname(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(try socket(r.argument0, task).localAddress(), r.argument1, lengthAt: r.argument2)
        return 0
    }

    @Sendable static func getpeername(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try store(try socket(r.argument0, task).peerAddress(), r.argument1, lengthAt: r.argument2)
        return 0
    }
}
