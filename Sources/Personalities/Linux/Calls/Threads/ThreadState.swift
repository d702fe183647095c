// SPDX-License-Identifier: Apache-2.0
//
// arch_prctl(2), set_tid_address(2), set_robust_list(2), personality(2), getcpu(2).

internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Scheduler
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func arch_prctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let context = CurrentThread.thread
        let address = r.argument1
        switch r.argument0 {
        case 0x1002:  // ARCH_SET_FS
            guard ProgramHalf.contains(address, count: 0), address < ProgramHalf.end else { throw .notPermitted }
            context.context.threadPointer = address
        case 0x1001:  // ARCH_SET_GS
            guard address < ProgramHalf.end else { throw .notPermitted }
            context.context.secondThreadPointer = address
        case 0x1003: try UserMemory.store(context.context.threadPointer, at: UserAddress(address))
        case 0x1004: try UserMemory.store(context.context.secondThreadPointer, at: UserAddress(address))
        default: throw .invalidArgument
        }
        return 0
    }

    @Sendable static func set_tid_address(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        task.own.with { $0.clearChildID = UInt64(r.argument0) }
        return Int(task.id)
    }

    @Sendable static func set_robust_list(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument1 == 24 else { throw .invalidArgument }
        task.own.with { $0.robustList = (UInt64(r.argument0), UInt64(r.argument1)) }
        return 0
    }

    @Sendable static func get_robust_list(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let id = Int32(truncatingIfNeeded: r.argument0)
        // What another thread keeps is its own: only the caller can be asked.
        guard id == 0 || id == task.id else {
            _ = try thread(id, task)
            throw .notPermitted
        }
        let list = task.own.with { $0.robustList }
        try UserMemory.store(list.head, at: UserAddress(r.argument1))
        try UserMemory.store(UInt64(24), at: UserAddress(r.argument2))
        return 0
    }

    @Sendable static func personality(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let old = Int(task.process.controls.personality)
        // 0xffffffff asks. PER_LINUX is the only domain, fixed places are its only flag.
        let new = word(r.argument0)
        if new == .max { return old }
        guard new & ~PlaceChooser.fixedPlaces == 0 else { throw .invalidArgument }
        task.process.changeControls { $0.personality = new }
        return old
    }

    @Sendable static func getcpu(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let cpu = UInt32(truncatingIfNeeded: CPU.index)
        if r.argument0 != 0 { try UserMemory.store(cpu, at: UserAddress(r.argument0)) }
        if r.argument1 != 0 { try UserMemory.store(UInt32(0), at: UserAddress(r.argument1)) }
        return 0
    }
}
