// SPDX-License-Identifier: Apache-2.0
//
// rt_sigprocmask(2), rt_sigpending(2), rt_sigsuspend(2), rt_sigtimedwait(2), pause(2).

internal import Events
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import Time
internal import UserMemory

extension SystemCalls {
    @Sendable static func rt_sigprocmask(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument3 == 8 else { throw .invalidArgument }
        let old = task.mask
        if r.argument1 != 0 {
            let set = SignalSet(rawValue: try UserMemory.load(UInt64.self, at: UserAddress(r.argument1)))
            switch SignalMaskOperation(rawValue: UInt32(truncatingIfNeeded: r.argument0)) {
            case .block: task.mask = old.union(set)
            case .unblock: task.mask = old.subtracting(set)
            case .set: task.mask = set
            default: throw .invalidArgument
            }
            // Only a signal that was blocked can have become deliverable.
            if !old.subtracting(task.mask).isEmpty, task.hasDeliverableSignal { task.notice() }
        }
        if r.argument2 != 0 { try UserMemory.store(old.rawValue, at: UserAddress(r.argument2)) }
        return 0
    }

    @Sendable static func rt_sigpending(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 <= 8 else { throw .invalidArgument }
        let pending = task.pendingSignals.intersection(task.mask)
        try UserMemory.store(pending.rawValue, at: UserAddress(r.argument0))
        return 0
    }

    @Sendable static func rt_sigsuspend(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 == 8 else { throw .invalidArgument }
        let set = SignalSet(rawValue: try UserMemory.load(UInt64.self, at: UserAddress(r.argument0)))
        let old = task.mask
        task.own.with { $0.savedMask = old }
        task.mask = set
        if task.hasDeliverableSignal { task.notice() }
        return try waitForSignal(task)
    }

    @Sendable static func pause(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return try waitForSignal(task)
    }

    @Sendable static func rt_sigtimedwait(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument3 == 8 else { throw .invalidArgument }
        var wanted = SignalSet(rawValue: try UserMemory.load(UInt64.self, at: UserAddress(r.argument0)))
        wanted.subtract(.uncatchable)
        var deadline: Instant?
        if r.argument2 != 0 {
            let wait = try timestamp(at: r.argument2)
            deadline = try instant(wait, isAbsolute: false, onWallClock: false)
        }
        var taken: SignalInformation?
        do throws(WaitEnd) {
            try task.process.waitQueue.wait(until: deadline) {
                taken = task.takeSignal(of: wanted)
                return taken != nil
            }
        } catch {
            throw error == .timedOut ? .resourceTemporarilyUnavailable : .interrupted
        }
        guard let information = taken else { throw .resourceTemporarilyUnavailable }
        if r.argument1 != 0 { try UserMemory.write(information.encoded.bytes, to: UserAddress(r.argument1)) }
        return Int(information.signal.rawValue)
    }

    private static func waitForSignal(_ task: Task) throws(Errno) -> Int {
        _ = Sleep.until(nil)
        throw .restartWithoutHandler
    }
}
