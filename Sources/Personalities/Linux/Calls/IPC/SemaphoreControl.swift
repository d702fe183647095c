// SPDX-License-Identifier: Apache-2.0
//
// semctl(2).

internal import Containers
internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import SystemVIPC
internal import UserMemory

extension SystemCalls {
    @Sendable static func semctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let sets = task.process.system.systemV.semaphores
        let id = Int32(truncatingIfNeeded: r.argument0)
        let index = Int(Int32(truncatingIfNeeded: r.argument1))
        let caller = ipcCaller(task)
        let command = IPCCommand(rawValue: word(r.argument2))
        guard id >= 0 else { throw .invalidArgument }
        switch command {
        case .remove: try sets.remove(id, caller)
        case .set:
            var buffer = LayoutBuffer<13>()
            try read(&buffer, at: r.argument3)
            try sets.set(id).set(ipcOwnership(buffer), caller)
        case .status:
            let set = try sets.set(id)
            try set.check(0o444, caller)
            try store(status(of: set), r.argument3)
        case .setStatus, .anySetStatus:
            guard let set = sets.set(inSlot: Int(id)) else { throw .invalidArgument }
            if command == .setStatus { try set.check(0o444, caller) }
            try store(status(of: set), r.argument3)
            return Int(set.id)
        case .limits, .setUse:
            let figures = sets.figures
            try store(limits(figures.count, figures.total, isUse: command == .setUse), r.argument3)
            return figures.highestSlot
        default: return try values(command, try sets.set(id), index, r.argument3, caller)
        }
        return 0
    }

    /// The commands about values.
    private static func values(
        _ command: IPCCommand, _ set: SemaphoreSet, _ index: Int, _ argument: UInt, _ caller: IPCCaller
    ) throws(Errno) -> Int {
        switch command {
        case .setValue:
            // Linux looks at the value first.
            let value = Int(Int32(truncatingIfNeeded: argument))
            guard value >= 0, value <= SemaphoreSet.valueLimit else { throw .outOfRange }
            guard index >= 0, index < set.count else { throw .invalidArgument }
            try set.check(0o222, caller)
            try set.setValue(index, to: value, caller)
            return 0
        case .setValues:
            try set.check(0o222, caller)
            var values = try allocating { () throws(OutOfMemory) in try UniqueArray<UInt16>(capacity: set.count) }
            for index in 0..<set.count {
                values.appendReserved(
                    try UserMemory.load(UInt16.self, at: UserAddress(argument).advanced(by: index * 2)))
            }
            try set.setValues(values, caller)
            return 0
        case .getValues:
            try set.check(0o444, caller)
            for index in 0..<set.count {
                let value = UInt16(truncatingIfNeeded: try set.value(index).value)
                try UserMemory.store(value, at: UserAddress(argument).advanced(by: index * 2))
            }
            return 0
        case .getProcess, .getValue, .countForIncrease, .countForZero:
            try set.check(0o444, caller)
            switch command {
            case .getProcess: return Int(try set.value(index).processID)
            case .getValue: return try set.value(index).value
            case .countForIncrease: return try set.waiterCount(index, for: .increase)
            default: return try set.waiterCount(index, for: .zero)
            }
        default: throw .invalidArgument
        }
    }

    /// struct semid_ds.
    private static func status(of set: SemaphoreSet) -> LayoutBuffer<13> {
        var buffer = LayoutBuffer<13>()
        ipcOwner(of: set).store(in: &buffer)
        buffer.store64(UInt64(bitPattern: set.operated), at: 48)
        buffer.store64(UInt64(bitPattern: set.changed), at: 64)
        buffer.store64(UInt64(set.count), at: 80)
        return buffer
    }

    /// struct seminfo.
    private static func limits(_ count: Int, _ total: Int, isUse: Bool) -> LayoutBuffer<5> {
        var buffer = LayoutBuffer<5>()
        let limit = UInt32(SemaphoreSets.totalLimit)
        buffer.store32(limit, at: 0)
        buffer.store32(UInt32(SemaphoreSets.countLimit), at: 4)
        buffer.store32(limit, at: 8)
        buffer.store32(limit, at: 12)
        buffer.store32(UInt32(SemaphoreSets.sizeLimit), at: 16)
        buffer.store32(UInt32(SemaphoreSets.operationLimit), at: 20)
        buffer.store32(500, at: 24)
        // SEM_INFO says here how many sets and semaphores there are.
        buffer.store32(isUse ? UInt32(count) : 20, at: 28)
        buffer.store32(UInt32(SemaphoreSet.valueLimit), at: 32)
        buffer.store32(isUse ? UInt32(total) : UInt32(SemaphoreSet.valueLimit), at: 36)
        return buffer
    }
}
