// SPDX-License-Identifier: Apache-2.0
//
// pipe(2), pipe2(2), and the size of a pipe (fcntl(2), "Changing the capacity of a pipe").

internal import FileSystem
internal import LinuxABI
internal import Pipes
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func pipe(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try makePipe(r.argument0, [], task)
    }

    /// O_DIRECT is refused: a pipe here is a stream, it keeps no packets.
    @Sendable static func pipe2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = OpenFlags(rawValue: word(r.argument1))
        guard flags.isSubset(of: [.closeOnExec, .nonBlocking]) else { throw .invalidArgument }
        return try makePipe(r.argument0, flags, task)
    }

    private static func makePipe(_ address: UInt, _ flags: OpenFlags, _ task: Task) throws(Errno) -> Int {
        let credentials = task.process.credentials
        let ends = try PipeEnd.makePair(
            task.process.system.pipes, user: credentials.user.file, group: credentials.group.file, flags)
        let inheritance = FileDescriptorTable.Inheritance(flags)
        let files = task.process.files
        let reading = Int32(try add(ends.reading, inheritance, task))
        do throws(Errno) {
            let writing = Int32(try add(ends.writing, inheritance, task))
            do throws(Errno) {
                let pair = UInt64(UInt32(bitPattern: reading)) | UInt64(UInt32(bitPattern: writing)) << 32
                try UserMemory.store(pair, at: UserAddress(address))
            } catch {
                try? files.close(writing)
                throw error
            }
        } catch {
            // Closing a number that was just made fails only if another thread closed it first.
            try? files.close(reading)
            throw error
        }
        return 0
    }

    /// F_GETPIPE_SZ and F_SETPIPE_SZ.
    static func pipeSize(_ file: OpenFile, _ command: FcntlCommand, _ size: UInt, _ task: Task) throws(Errno) -> Int {
        guard let end = file as? PipeEnd else { throw .badFileDescriptor }
        if command == .getPipeSize { return end.pipe.capacity }
        guard word(size) <= UInt32(Int32.max) else { throw .invalidArgument }
        let size = max(1, Int(word(size)))
        if size > Pipe.sizeLimit, !task.process.credentials.has(.resources) { throw .notPermitted }
        return try end.pipe.setCapacity(size)
    }
}
