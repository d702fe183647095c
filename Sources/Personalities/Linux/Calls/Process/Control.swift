// SPDX-License-Identifier: Apache-2.0
//
// prctl(2): the options that single programs use.

internal import FileSystem
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync
internal import UserMemory

extension SystemCalls {
    @Sendable static func prctl(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        switch PrctlOption(rawValue: UInt32(truncatingIfNeeded: r.argument0)) {
        case .setName:
            var name = InlineArray<16, UInt8>(repeating: 0)
            for i in 0..<15 {
                let byte = try UserMemory.load(UInt8.self, at: UserAddress(r.argument1).advanced(by: i))
                if byte == 0 { break }
                name[i] = byte
            }
            task.name = name
        case .getName:
            let name = task.name
            for i in name.indices { try UserMemory.store(name[i], at: UserAddress(r.argument1).advanced(by: i)) }
        case .getDumpable: return task.process.controls.isDumpable ? 1 : 0
        case .setDumpable:
            guard r.argument1 <= 1 else { throw .invalidArgument }
            task.process.changeControls { $0.isDumpable = r.argument1 == 1 }
        case .setNoNewPrivileges:
            guard r.argument1 == 1, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            task.process.hasNoNewPrivileges = true
        case .getNoNewPrivileges:
            guard r.argument1 == 0, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            return task.process.hasNoNewPrivileges ? 1 : 0
        case .setParentDeathSignal:
            guard r.argument1 <= 64 else { throw .invalidArgument }
            task.own.with { $0.parentDeathSignal = UInt8(r.argument1) }
        case .getParentDeathSignal:
            try UserMemory.store(Int32(task.own.with { $0.parentDeathSignal }), at: UserAddress(r.argument1))
        case .getSecureBits: return Int(task.process.controls.secureBits.rawValue)
        case .setSecureBits: try setSecureBits(SecureBits(rawValue: word(r.argument1)), r.argument1 >> 32, task)
        case .getKeepCapabilities: return task.process.controls.secureBits.contains(.keepsPermitted) ? 1 : 0
        case .setKeepCapabilities:
            guard r.argument1 <= 1 else { throw .invalidArgument }
            let bits = task.process.controls.secureBits
            if bits.contains(.keepsPermittedLocked) { throw .notPermitted }
            let new = r.argument1 == 1 ? bits.union(.keepsPermitted) : bits.subtracting(.keepsPermitted)
            task.process.changeControls { $0.secureBits = new }
        case .readCapabilityBound:
            guard r.argument1 <= 40 else { throw .invalidArgument }
            return 1
        case .ambientCapabilities: return try ambientCapabilities(r)
        case .getSeccomp: return 0
        case .setHugePagesOff:
            guard r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            task.process.changeControls { $0.refusesLargePages = r.argument1 != 0 }
        case .getHugePagesOff:
            guard r.argument1 == 0, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            return task.process.controls.refusesLargePages ? 1 : 0
        case .setChildSubreaper: task.process.isSubreaper = r.argument1 != 0
        case .getChildSubreaper:
            try UserMemory.store(Int32(task.process.isSubreaper ? 1 : 0), at: UserAddress(r.argument1))
        case .getTimerSlack: return Int(clamping: task.own.with { $0.timerSlack.current })
        case .setTimerSlack:
            task.own.with { own in
                own.timerSlack.current = r.argument1 == 0 ? own.timerSlack.initial : UInt64(r.argument1)
            }
        case .getTiming, .setTiming, .getCounter, .setCounter, .getMemoryFailurePolicy: return try onlyAnswer(r)
        default: throw .invalidArgument
        }
        return 0
    }

    /// States that have but one value here: it can be read, and set to what it is.
    private static func onlyAnswer(_ r: ProgramRegisters) throws(Errno) -> Int {
        switch PrctlOption(rawValue: word(r.argument0)) {
        case .getTiming: return 0  // PR_TIMING_STATISTICAL
        case .setTiming: guard r.argument1 == 0 else { throw .invalidArgument }
        case .getCounter: try UserMemory.store(Int32(1), at: UserAddress(r.argument1))  // PR_TSC_ENABLE
        case .setCounter: guard r.argument1 == 1 else { throw .invalidArgument }
        default:
            guard r.argument1 == 0, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            return 2  // PR_MCE_KILL_DEFAULT
        }
        return 0
    }

    /// - Throws: `.notPermitted` for what is locked or unknown, and without CAP_SETPCAP.
    private static func setSecureBits(_ new: SecureBits, _ rest: UInt, _ task: Task) throws(Errno) {
        guard rest == 0, task.process.controls.secureBits.mayBecome(new),
            task.process.credentials.has(.changeCapabilities)
        else { throw .notPermitted }
        task.process.changeControls { $0.secureBits = new }
    }

    /// PR_CAP_AMBIENT: the set is always empty, and nothing can be raised into it.
    private static func ambientCapabilities(_ r: ProgramRegisters) throws(Errno) -> Int {
        guard r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
        switch r.argument1 {
        case 1, 3:  // PR_CAP_AMBIENT_IS_SET, PR_CAP_AMBIENT_LOWER
            guard r.argument2 <= 40 else { throw .invalidArgument }
            return 0
        case 2:  // PR_CAP_AMBIENT_RAISE
            guard r.argument2 <= 40 else { throw .invalidArgument }
            throw .notPermitted
        case 4:  // PR_CAP_AMBIENT_CLEAR_ALL
            guard r.argument2 == 0 else { throw .invalidArgument }
            return 0
        default: throw .invalidArgument
        }
    }
}
