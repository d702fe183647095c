// SPDX-License-Identifier: Apache-2.0
//
// sched_setscheduler(2), sched_getscheduler(2), sched_setparam(2), sched_getparam(2), sched_get_priority_max(2),
// sched_rr_get_interval(2), sched_setattr(2), sched_getattr(2).
//
// Deviation: SCHED_DEADLINE is refused.

internal import FairScheduling
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

/// What a call asks for.
private struct PolicyRequest {
    var policy: UInt32
    var priority: UInt32
    var isResetOnFork: Bool
}

extension SystemCalls {
    /// SCHED_RESET_ON_FORK.
    private static var resetOnFork: UInt32 { 0x4000_0000 }

    @Sendable static func sched_setscheduler(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard descriptor(r.argument1) >= 0 else { throw .invalidArgument }
        let priority = try priorityArgument(r.argument2, r.argument0)
        let target = try schedulingTarget(r.argument0, task)
        let policy = word(r.argument1)
        try choose(
            PolicyRequest(
                policy: policy & ~resetOnFork, priority: priority, isResetOnFork: policy & resetOnFork != 0),
            for: target, task)
        return 0
    }

    @Sendable static func sched_setparam(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let priority = try priorityArgument(r.argument1, r.argument0)
        let target = try schedulingTarget(r.argument0, task)
        let now = target.schedulingChoice.withLock { $0 }
        try choose(
            PolicyRequest(policy: now.policy, priority: priority, isResetOnFork: now.isResetOnFork), for: target, task)
        return 0
    }

    @Sendable static func sched_getscheduler(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard descriptor(r.argument0) >= 0 else { throw .invalidArgument }
        let choice = try schedulingTarget(r.argument0, task).schedulingChoice.withLock { $0 }
        return Int(choice.policy | (choice.isResetOnFork ? resetOnFork : 0))
    }

    @Sendable static func sched_getparam(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 != 0, descriptor(r.argument0) >= 0 else { throw .invalidArgument }
        let choice = try schedulingTarget(r.argument0, task).schedulingChoice.withLock { $0 }
        try UserMemory.store(choice.priority, at: UserAddress(r.argument1))
        return 0
    }

    @Sendable static func sched_get_priority_max(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        switch r.argument0 {
        case 1, 2: return 99
        case 0, 3, 5, 6: return 0
        default: throw .invalidArgument
        }
    }

    @Sendable static func sched_get_priority_min(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        switch r.argument0 {
        case 1, 2: return 1
        case 0, 3, 5, 6: return 0
        default: throw .invalidArgument
        }
    }

    @Sendable static func sched_rr_get_interval(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard descriptor(r.argument0) >= 0 else { throw .invalidArgument }
        let choice = try schedulingTarget(r.argument0, task).schedulingChoice.withLock { $0 }
        let nanoseconds: UInt64
        switch choice.policy {
        case 1: nanoseconds = 0
        case 2: nanoseconds = 100_000_000
        default: nanoseconds = SchedulingPolicy.normal.slice ?? 0
        }
        try store(Timestamp(nanosecondsSinceEpoch: nanoseconds).encoded, r.argument1)
        return 0
    }

    // MARK: struct sched_attr

    /// The size that Linux 3.14 gave it, and today's.
    private static var attributeSizes: (first: UInt32, now: UInt32) { (48, 56) }

    @Sendable static func sched_getattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let room = word(r.argument2)
        guard r.argument1 != 0, descriptor(r.argument0) >= 0, room >= attributeSizes.first, room <= 4096,
            word(r.argument3) == 0
        else { throw .invalidArgument }
        let target = try schedulingTarget(r.argument0, task)
        let choice = target.schedulingChoice.withLock { $0 }
        let size = min(room, attributeSizes.now)
        var buffer = LayoutBuffer<7>(byteCount: Int(size))
        buffer.store32(size, at: 0)
        buffer.store32(choice.policy, at: 4)
        buffer.store64(choice.isResetOnFork ? 1 : 0, at: 8)
        let isTimeShared = choice.policy == 0 || choice.policy == 3
        buffer.store32(isTimeShared ? UInt32(bitPattern: Int32(choice.nice)) : 0, at: 16)
        buffer.store32(choice.priority, at: 20)
        try store(buffer, r.argument1)
        if room > size {
            try UserMemory.clear(UserAddress(r.argument1 &+ UInt(size)), count: Int(room - size))
        }
        return 0
    }

    @Sendable static func sched_setattr(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 != 0, descriptor(r.argument0) >= 0, word(r.argument2) == 0 else { throw .invalidArgument }
        let buffer = try attributes(r.argument1)
        let flags = buffer.load64(8)
        // RESET_ON_FORK, KEEP_POLICY and KEEP_PARAMS; the others belong to SCHED_DEADLINE and to clamps.
        guard Int32(bitPattern: buffer.load32(4)) >= 0, flags & ~0x19 == 0 else { throw .invalidArgument }
        let target = try schedulingTarget(r.argument0, task)
        let now = target.schedulingChoice.withLock { $0 }
        let policy = flags & 0x08 != 0 ? now.policy : buffer.load32(4)
        let keepsParameters = flags & 0x10 != 0
        let request = PolicyRequest(
            policy: policy, priority: keepsParameters ? now.priority : buffer.load32(20), isResetOnFork: flags & 1 != 0)
        let nice = Int8(clamping: max(-20, min(19, Int(Int32(bitPattern: buffer.load32(16))))))
        let setsNice = !keepsParameters && (policy == 0 || policy == 3)
        if setsNice, nice < now.nice, !mayTake(nice, target, task) { throw .notPermitted }
        try choose(request, for: target, task)
        if setsNice { target.nice = nice }
        return 0
    }

    /// Reads a `struct sched_attr` of any size: what is behind the known fields must be zero.
    ///
    /// - Throws: `.argListTooLong` after telling the size that is known.
    private static func attributes(_ address: UInt) throws(Errno) -> LayoutBuffer<7> {
        var size = try UserMemory.load(UInt32.self, at: UserAddress(address))
        if size == 0 { size = attributeSizes.first }
        var isKnown = size >= attributeSizes.first && size <= 4096
        if isKnown {
            var place = attributeSizes.now
            while place < size, isKnown {
                isKnown = try UserMemory.load(UInt8.self, at: UserAddress(address &+ UInt(place))) == 0
                place += 1
            }
        }
        if !isKnown {
            try UserMemory.store(attributeSizes.now, at: UserAddress(address))
            throw .argListTooLong
        }
        var buffer = LayoutBuffer<7>(byteCount: Int(min(size, attributeSizes.now)))
        try buffer.fill { (raw) throws(Errno) in try UserMemory.read(UserAddress(address), into: &raw) }
        return buffer
    }

    // MARK: Choosing

    private static func priorityArgument(_ address: UInt, _ id: UInt) throws(Errno) -> UInt32 {
        guard address != 0, descriptor(id) >= 0 else { throw .invalidArgument }
        return try UserMemory.load(UInt32.self, at: UserAddress(address))
    }

    /// The thread that a call names; 0 is the caller.
    ///
    /// - Throws: `.noSuchProcess`.
    static func schedulingTarget(_ id: UInt, _ task: Task) throws(Errno) -> Task {
        if descriptor(id) == 0 { return task }
        guard let found = task.process.system.task(descriptor(id)) else { throw .noSuchProcess }
        return found
    }

    /// - Throws: `.invalidArgument` for a policy or priority that there is not, `.notPermitted` as sched(7),
    ///   "Privileges and resource limits".
    private static func choose(_ request: PolicyRequest, for target: Task, _ task: Task) throws(Errno) {
        let isRealTime = SchedulingChoice.isRealTime(request.policy)
        switch request.policy {
        case 0, 1, 2, 3, 5: break
        default: throw .invalidArgument
        }
        guard request.priority <= 99, isRealTime == (request.priority != 0) else { throw .invalidArgument }
        let now = target.schedulingChoice.withLock { $0 }
        let credentials = task.process.credentials
        if !credentials.has(.scheduling) {
            let limit = target.process[limit: .realTimePriority].soft
            if isRealTime {
                if request.policy != now.policy, limit == 0 { throw .notPermitted }
                if request.priority > now.priority, UInt64(request.priority) > limit { throw .notPermitted }
            }
            let user = target.process.credentials.user
            if credentials.user.effective != user.effective, credentials.user.effective != user.real {
                throw .notPermitted
            }
            if now.isResetOnFork, !request.isResetOnFork { throw .notPermitted }
        }
        target.schedulingChoice.withLock { choice in
            choice.policy = request.policy
            choice.priority = request.priority
            choice.isResetOnFork = request.isResetOnFork
        }
        target.applyScheduling()
    }
}
