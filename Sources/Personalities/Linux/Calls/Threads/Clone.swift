// SPDX-License-Identifier: Apache-2.0
//
// clone(2), clone3(2): a new thread of the calling process. It begins where its maker is, with 0 as the call's answer, on
// a stack and with a thread pointer of its own.

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Scheduler
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func clone(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        var wish = CloneArguments()
        wish.flags = CloneFlags(rawValue: UInt64(UInt32(truncatingIfNeeded: r.argument0)))
        wish.exitSignal = UInt64(r.argument0 & 0xff)
        wish.flags.subtract(.signalMask)
        wish.stackPointer = r.argument1
        wish.parentID = r.argument2
        wish.childID = r.argument3
        wish.threadPointer = r.argument4
        return try clone(wish, task)
    }

    @Sendable static func clone3(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let size = r.argument1
        guard size >= 64 else { throw .invalidArgument }
        guard size <= 4096 else { throw .argListTooLong }
        var buffer = LayoutBuffer<11>(byteCount: min(Int(size), 88))
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(r.argument0), into: &raw) }
        // A program that knows more than we do may only ask for what we know.
        for offset in stride(from: 88, to: Int(size), by: 1) {
            let byte = try UserMemory.load(UInt8.self, at: UserAddress(r.argument0).advanced(by: offset))
            guard byte == 0 else { throw .argListTooLong }
        }
        return try clone(try CloneArguments(buffer), task)
    }

    private static func clone(_ wish: CloneArguments, _ task: Task) throws(Errno) -> Int {
        let flags = wish.flags
        if flags.contains(.thread), !flags.contains(.signalHandlers) { throw .invalidArgument }
        if flags.contains(.signalHandlers), !flags.contains(.memory) { throw .invalidArgument }
        if flags.contains(.newMountNamespace), flags.contains(.fileSystem) { throw .invalidArgument }
        if flags.contains(.signalHandlers), flags.contains(.clearSignalHandlers) { throw .invalidArgument }
        if flags.contains(.processDescriptor), flags.contains(.thread) { throw .invalidArgument }
        // Another process: not yet (CAVEATS).
        let shared: CloneFlags = [.memory, .fileSystem, .files, .signalHandlers, .thread]
        guard flags.isSuperset(of: shared) else { throw .noFunction }
        let known = shared.union([
            .systemVSemaphores, .setThreadLocalStorage, .parentSetThreadID, .childClearThreadID, .childSetThreadID,
            .detached, .untraced, .ptrace, .parent, .io,
        ])
        guard flags.subtracting(known).isEmpty else { throw .invalidArgument }
        if flags.contains(.setThreadLocalStorage), wish.threadPointer >= ProgramHalf.end { throw .notPermitted }
        return try startThread(wish, task)
    }

    private static func startThread(_ wish: CloneArguments, _ task: Task) throws(Errno) -> Int {
        let process = task.process
        try checkThreadCount(process)
        let id = process.system.makeThreadID()
        let child = Task(id: id, process: process, maker: task, program: nil)
        child.mask = task.mask
        if wish.flags.contains(.childClearThreadID) { child.own.with { $0.clearChildID = UInt64(wish.childID) } }
        try child.start(CurrentThread.scheduler) { (thread) throws(Errno) in
            let registers: ProgramRegisters
            do throws(OutOfMemory) {
                registers = try thread.context.adoptProgram(of: CurrentThread.thread.context)
            } catch { throw .noMemory }
            registers.result = 0
            child.inheritScheduling(from: task, thread)
            if wish.stackPointer != 0 { registers.stackPointer = wish.stackPointer }
            if wish.flags.contains(.setThreadLocalStorage) { thread.context.setFirstThreadPointer(wish.threadPointer) }
            // Both see the same memory, so the child's copy can be written here; a bad address is nobody's error.
            if wish.flags.contains(.parentSetThreadID) { try? UserMemory.store(id, at: UserAddress(wish.parentID)) }
            if wish.flags.contains(.childSetThreadID) { try? UserMemory.store(id, at: UserAddress(wish.childID)) }
        }
        return Int(id)
    }

    /// RLIMIT_NPROC counts threads, and the privileged do not mind it (getrlimit(2)).
    private static func checkThreadCount(_ process: Process) throws(Errno) {
        let count = UInt64(process.system.threadCount)
        let isLimited = count >= process[limit: .processes].soft
        if isLimited, !process.credentials.has(.resources) { throw .resourceTemporarilyUnavailable }
        if count >= UInt64(System.largestID) - 2 { throw .resourceTemporarilyUnavailable }
    }
}

/// What a new thread or process shall be like: struct clone_args.
struct CloneArguments {
    var flags: CloneFlags = []
    var exitSignal: UInt64 = 0
    /// Where its stack pointer begins; 0 for its maker's.
    var stackPointer: UInt = 0
    var threadPointer: UInt = 0
    /// Where its number is written for its maker.
    var parentID: UInt = 0
    /// Where its number is written for itself, and cleared at its end.
    var childID: UInt = 0

    init() {}

    /// - Throws: `.invalidArgument`.
    init(_ buffer: borrowing LayoutBuffer<11>) throws(Errno) {
        flags = CloneFlags(rawValue: buffer.load64(0))
        childID = UInt(buffer.load64(16))
        parentID = UInt(buffer.load64(24))
        exitSignal = buffer.load64(32)
        let (stack, size) = (buffer.load64(40), buffer.load64(48))
        threadPointer = UInt(buffer.load64(56))
        // Numbers of one's own choice need namespaces (set_tid).
        guard buffer.load64(64) == 0, buffer.load64(72) == 0 else { throw .invalidArgument }
        guard flags.isDisjoint(with: [.signalMask, .detached]), exitSignal <= 64 else { throw .invalidArgument }
        guard (stack == 0) == (size == 0), stack &+ size >= stack, stack &+ size <= UInt64(ProgramHalf.end) else {
            throw .invalidArgument
        }
        if flags.contains(.thread), exitSignal != 0 { throw .invalidArgument }
        stackPointer = UInt(stack &+ size)
    }
}
