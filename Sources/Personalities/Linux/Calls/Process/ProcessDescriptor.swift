// SPDX-License-Identifier: Apache-2.0
//
// pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).

internal import EventFiles
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    /// PIDFD_NONBLOCK is O_NONBLOCK.
    @Sendable static func pidfd_open(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = OpenFlags(rawValue: word(r.argument1))
        let id = Int32(truncatingIfNeeded: r.argument0)
        guard flags.isSubset(of: .nonBlocking), id > 0 else { throw .invalidArgument }
        guard let process = task.process.system.process(id) else {
            // A thread that does not lead a process is there, but it is none.
            throw task.process.system.task(id) == nil ? .noSuchProcess : .invalidArgument
        }
        return try add(ProcessFile(task.process.system.unnamedFiles, process, flags), .closedOnExec, task)
    }

    @Sendable static func pidfd_send_signal(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard word(r.argument3) == 0 else { throw .invalidArgument }
        let target = try processFile(r.argument0, task).process
        let number = signal(r.argument1)
        guard r.argument1 == 0 || number != nil else { throw .invalidArgument }
        var information = number.map {
            SignalInformation(
                signal: $0, code: .user,
                detail: .sender(processID: UInt32(task.process.id), userID: task.process.credentials.user.real))
        }
        if r.argument2 != 0 {
            var buffer = LayoutBuffer<16>()
            try read(&buffer, at: r.argument2)
            guard UInt(buffer.load32(0)) == r.argument1 else { throw .invalidArgument }
            let code = SignalCode(rawValue: Int32(bitPattern: buffer.load32(8)))
            // Nobody passes for the kernel or for kill(2) towards others.
            if target !== task.process, code.rawValue >= 0 || code == .threadKill { throw .notPermitted }
            information = number.map {
                SignalInformation(
                    signal: $0, code: code,
                    detail: .queued(
                        processID: buffer.load32(16), userID: buffer.load32(20), value: buffer.load64(24)))
            }
        }
        if target.threadCount == 0 { throw .noSuchProcess }
        if let information { try target.send(information) }
        return 0
    }

    /// Another process's descriptors take the right to trace it, which there is only for the own one.
    @Sendable static func pidfd_getfd(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard word(r.argument2) == 0 else { throw .invalidArgument }
        let target = try processFile(r.argument0, task).process
        guard target === task.process else { throw .notPermitted }
        return try add(try target.files.file(descriptor(r.argument1)), .closedOnExec, task)
    }

    /// The process that a descriptor refers to.
    ///
    /// - Throws: `.badFileDescriptor`.
    static func processFile(_ argument: UInt, _ task: Task) throws(Errno) -> ProcessFile {
        guard let file = try file(argument, task) as? ProcessFile else { throw .badFileDescriptor }
        return file
    }
}
