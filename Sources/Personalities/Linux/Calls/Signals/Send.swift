// SPDX-License-Identifier: Apache-2.0
//
// kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2).

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import UserMemory

extension SystemCalls {
    @Sendable static func kill(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let id = Int32(truncatingIfNeeded: r.argument0)
        guard r.argument1 == 0 || signal(r.argument1) != nil else { throw .invalidArgument }
        let target: Process
        if id == 0 || id == -1 || id == -task.process.groupID {
            // One process: a group or "everybody" is the caller; -1 does not include the caller, nor the first process.
            if id == -1 { throw .noSuchProcess }
            target = task.process
        } else {
            guard id > 0 else { throw .noSuchProcess }
            target = try process(UInt(id), task)
        }
        guard let signal = signal(r.argument1) else { return 0 }
        try target.send(sent(signal, by: task, code: .user))
        return 0
    }

    @Sendable static func tkill(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let id = Int32(truncatingIfNeeded: r.argument0)
        guard id > 0 else { throw .invalidArgument }
        return try sendToThread(id, of: nil, r.argument1, task)
    }

    @Sendable static func tgkill(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let group = Int32(truncatingIfNeeded: r.argument0)
        let id = Int32(truncatingIfNeeded: r.argument1)
        guard group > 0, id > 0 else { throw .invalidArgument }
        return try sendToThread(id, of: group, r.argument2, task)
    }

    @Sendable static func rt_sigqueueinfo(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let information = try queued(r.argument1, r.argument2)
        let target = try process(r.argument0, task)
        guard let information else { return 0 }
        try target.send(information)
        return 0
    }

    @Sendable static func rt_tgsigqueueinfo(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let information = try queued(r.argument2, r.argument3)
        let group = Int32(truncatingIfNeeded: r.argument0)
        let id = Int32(truncatingIfNeeded: r.argument1)
        guard group > 0, id > 0 else { throw .invalidArgument }
        let target = try thread(id, of: group, task)
        guard let information else { return 0 }
        try target.send(information)
        return 0
    }

    private static func sendToThread(
        _ id: Int32, of group: Int32?, _ number: UInt, _ task: Task
    ) throws(Errno) -> Int {
        guard number == 0 || signal(number) != nil else { throw .invalidArgument }
        let target = try thread(id, of: group, task)
        guard let signal = signal(number) else { return 0 }
        try target.send(sent(signal, by: task, code: .threadKill))
        return 0
    }

    /// The thread of a number; of a certain process, if one is named.
    ///
    /// - Throws: `.noSuchProcess`.
    static func thread(_ id: Int32, of group: Int32? = nil, _ task: Task) throws(Errno) -> Task {
        let found = id == task.id ? task : task.process.system.task(id)
        guard let found, group == nil || found.process.id == group else { throw .noSuchProcess }
        return found
    }

    private static func sent(_ signal: SignalNumber, by task: Task, code: SignalCode) -> SignalInformation {
        SignalInformation(
            signal: signal, code: code,
            detail: .sender(processID: UInt32(task.process.id), userID: task.process.credentials.user.real))
    }

    /// The information that a program made up itself; nil for signal 0, which only asks. The memory is read first: a bad
    /// address is told before a bad number.
    private static func queued(_ number: UInt, _ address: UInt) throws(Errno) -> SignalInformation? {
        var buffer = LayoutBuffer<16>()
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        guard let signal = signal(number) else {
            guard number == 0 else { throw .invalidArgument }
            return nil
        }
        let code = SignalCode(rawValue: Int32(bitPattern: buffer.load32(8)))
        return SignalInformation(
            signal: signal, code: code,
            detail: .queued(
                processID: buffer.load32(16), userID: buffer.load32(20), value: buffer.load64(24)))
    }
}
