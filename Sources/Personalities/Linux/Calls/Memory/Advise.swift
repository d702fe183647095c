// SPDX-License-Identifier: Apache-2.0
//
// madvise(2). Advice that changes what a program can observe is carried out; the rest is a hint.

internal import AddressSpace
internal import LinuxABI
internal import Machine
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func madvise(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let advice = MemoryAdvice(rawValue: UInt32(truncatingIfNeeded: r.argument2))
        let address = UInt64(r.argument0)
        guard address & 4095 == 0 else { throw .invalidArgument }
        let byteCount = (UInt64(r.argument1) &+ 4095) & ~4095
        guard byteCount >= UInt64(r.argument1), address &+ byteCount >= address else { throw .invalidArgument }
        switch advice {
        case .doNotNeed, .free, .doNotNeedLocked:
            if byteCount > 0 { try task.own.with { $0.space }.discard(address, byteCount: byteCount) }
        case .normal, .random, .sequential, .willNeed, .doNotFork, .doFork, .mergeable, .unmergeable, .hugePage,
            .noHugePage,
            .doNotDump, .doDump, .wipeOnFork, .keepOnFork, .cold, .pageOut, .collapse:
            if byteCount > 0 { try task.own.with { $0.space }.requireMapped(address, byteCount: byteCount) }
        case .populateRead: try populate(address, byteCount, [], task)
        case .populateWrite: try populate(address, byteCount, .write, task)
        default: throw .invalidArgument
        }
        return 0
    }

    /// Makes every page of a range present, as a touch would.
    ///
    /// - Throws: `.noMemory` where nothing is mapped or there is no memory, `.badAddress` behind a file's end,
    ///   `.invalidArgument` where the touch is not permitted.
    private static func populate(
        _ address: UInt64, _ byteCount: UInt64, _ access: FaultAccess, _ task: Task
    ) throws(Errno) {
        let space = task.own.with { $0.space }
        try space.requireMapped(address, byteCount: byteCount)
        var page = address
        while page < address + byteCount {
            switch space.fault(at: UInt(page), access) {
            case .served: break
            case .notMapped, .outOfMemory: throw .noMemory
            case .notPermitted: throw .invalidArgument
            case .beyondEnd: throw .badAddress
            }
            page += 4096
        }
    }
}
