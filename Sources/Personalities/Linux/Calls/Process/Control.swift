// SPDX-License-Identifier: Apache-2.0
//
// prctl(2): the options that single programs use.

internal import LinuxABI
internal import Processes
internal import Processor
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
        case .getDumpable: return 1
        case .setDumpable:
            guard r.argument1 <= 1 else { throw .invalidArgument }
        case .setNoNewPrivileges:
            guard r.argument1 == 1, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            task.process.hasNoNewPrivileges = true
        case .getNoNewPrivileges:
            guard r.argument1 == 0, r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
            return task.process.hasNoNewPrivileges ? 1 : 0
        case .setParentDeathSignal:
            guard r.argument1 <= 64 else { throw .invalidArgument }
        case .getParentDeathSignal: try UserMemory.store(Int32(0), at: UserAddress(r.argument1))
        case .getKeepCapabilities: return 0
        case .setKeepCapabilities:
            guard r.argument1 <= 1 else { throw .invalidArgument }
        case .readCapabilityBound:
            guard r.argument1 <= 40 else { throw .invalidArgument }
            return 1
        case .ambientCapabilities: return try ambientCapabilities(r)
        case .getSeccomp: return 0
        case .getHugePagesOff, .setHugePagesOff:
            guard r.argument2 == 0, r.argument3 == 0, r.argument4 == 0 else { throw .invalidArgument }
        case .setChildSubreaper: task.process.isSubreaper = r.argument1 != 0
        case .getChildSubreaper:
            try UserMemory.store(Int32(task.process.isSubreaper ? 1 : 0), at: UserAddress(r.argument1))
        case .getTimerSlack: return 50_000
        case .setTimerSlack: return 0
        default: throw .invalidArgument
        }
        return 0
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
