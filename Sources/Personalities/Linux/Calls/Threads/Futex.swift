// SPDX-License-Identifier: Apache-2.0
//
// futex(2): threads wait on words of their program and wake each other. What a word is and how waiting works is the
// futex table's (Services/Futexes); here are the operations, their arguments and their clocks.

internal import AddressSpace
internal import Events
internal import Futexes
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func futex(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let operation = UInt32(truncatingIfNeeded: r.argument1)
        // What mutexes and conditions do nearly always.
        if operation == FutexCommand.wake.rawValue | FutexFlags.processPrivate.rawValue {
            return try wake(r, .processPrivate, bits: .max, task)
        }
        let command = FutexCommand(rawValue: operation & 127)
        let flags = FutexFlags(rawValue: operation & ~127)
        guard flags.subtracting([.processPrivate, .realTimeClock]).isEmpty else { throw .noFunction }
        if flags.contains(.realTimeClock) {
            switch command {
            case .wait, .waitBits, .waitRequeuePriority, .lockPriority2: break
            default: throw .noFunction
            }
        }
        let value = UInt32(truncatingIfNeeded: r.argument2)
        switch command {
        case .wake: return try wake(r, flags, bits: .max, task)
        case .wakeBits: return try wake(r, flags, bits: try futexBits(r), task)
        case .wait:
            let deadline = try futexDeadline(r.argument3, isAbsolute: false, flags)
            return try wait(FutexWait(r.argument0, value, .max, flags, deadline), task)
        case .waitBits:
            let bits = try futexBits(r)
            let deadline = try futexDeadline(r.argument3, isAbsolute: true, flags)
            return try wait(FutexWait(r.argument0, value, bits, flags, deadline), task)
        case .requeue, .compareRequeue: return try requeue(r, flags, comparing: command == .compareRequeue, task)
        case .wakeOperation: return try wakeOperation(r, flags, task)
        case .lockPriority, .lockPriority2, .tryLockPriority, .unlockPriority, .waitRequeuePriority,
            .compareRequeuePriority:
            return try ownership(command, r, flags, task)
        default: throw .noFunction
        }
    }

    // MARK: Words and times

    /// The futex at an address.
    ///
    /// - Throws: `.invalidArgument` for one that is not a multiple of 4, `.badAddress`.
    static func futexWord(_ address: UInt, _ flags: FutexFlags, _ task: Task) throws(Errno) -> Futex {
        let address = UserAddress(address)
        guard address.rawValue & 3 == 0 else { throw .invalidArgument }
        _ = try UserRange(address, count: 4)
        if !flags.contains(.processPrivate),
            let place = try task.own.with({ $0.space }).sharedPlace(of: UInt64(address.rawValue))
        {
            return Futex(address, sharedIn: place.pages, at: place.offset)
        }
        return Futex(address, private: task.own.with { ObjectIdentifier($0.space) })
    }

    /// The deadline of a wait; nil without one.
    static func futexDeadline(_ address: UInt, isAbsolute: Bool, _ flags: FutexFlags) throws(Errno) -> Instant? {
        guard address != 0 else { return nil }
        let time = try timestamp(at: address)
        return try instant(time, isAbsolute: isAbsolute, onWallClock: isAbsolute && flags.contains(.realTimeClock))
    }

    private static func futexBits(_ r: ProgramRegisters) throws(Errno) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: r.argument5)
        guard bits != 0 else { throw .invalidArgument }
        return bits
    }

    /// How many threads a call may wake or move; negative numbers are refused where Linux refuses them.
    private static func futexCount(_ argument: UInt) -> Int { Int(Int32(truncatingIfNeeded: argument)) }

    // MARK: Operations

    private static func wake(
        _ r: ProgramRegisters, _ flags: FutexFlags, bits: UInt32, _ task: Task
    ) throws(Errno) -> Int {
        let futex = try futexWord(r.argument0, flags, task)
        // At least one is woken, whatever the number says (as on Linux).
        return try task.withFutexes { (futexes) throws(Errno) in
            futexes.wake(futex, atMost: max(1, futexCount(r.argument2)), bits: bits)
        }
    }

    /// Waits, and says how to go on after a signal.
    static func wait(_ wait: FutexWait, _ task: Task) throws(Errno) -> Int {
        let flags = FutexFlags(rawValue: wait.flags)
        let futex = try futexWord(UInt(wait.address), flags, task)
        let deadline = wait.deadline.map { Instant(nanoseconds: $0) }
        let end = try task.withFutexes { (futexes) throws(Errno) in
            try futexes.wait(futex, expecting: wait.expected, bits: wait.bits, until: deadline)
        }
        switch end {
        case nil: return 0
        case .timedOut: throw .timedOut
        default:
            if wait.deadline == nil { throw .restartIfAsked }
            task.own.with { $0.restart = .futexWait(wait) }
            throw .restartByBlock
        }
    }

    private static func requeue(
        _ r: ProgramRegisters, _ flags: FutexFlags, comparing: Bool, _ task: Task
    ) throws(Errno) -> Int {
        let (wakeCount, moveCount) = (futexCount(r.argument2), futexCount(r.argument3))
        guard wakeCount >= 0, moveCount >= 0 else { throw .invalidArgument }
        let futex = try futexWord(r.argument0, flags, task)
        let target = try futexWord(r.argument4, flags, task)
        let expected = UInt32(truncatingIfNeeded: r.argument5)
        let (woken, moved) = try task.process.system.futexes.requeue(
            futex, waking: wakeCount, to: target, moving: moveCount
        ) { () throws(Errno) in
            guard comparing else { return }
            guard try futex.load() == expected else { throw .resourceTemporarilyUnavailable }
        }
        return woken + moved
    }

    /// FUTEX_WAKE_OP: the last argument packs an operation, a comparison and their operands.
    private static func wakeOperation(_ r: ProgramRegisters, _ flags: FutexFlags, _ task: Task) throws(Errno) -> Int {
        guard let operation = FutexOperation(UInt32(truncatingIfNeeded: r.argument5)) else { throw .noFunction }
        let futex = try futexWord(r.argument0, flags, task)
        let second = try futexWord(r.argument4, flags, task)
        return try task.process.system.futexes.wake(
            futex, atMost: max(1, futexCount(r.argument2)), and: second, atMost: max(1, futexCount(r.argument3))
        ) { () throws(Errno) in
            while true {
                let old = try second.load()
                if try second.exchange(old, by: operation.changed(old)) { return operation.matches(old) }
            }
        }
    }
}
