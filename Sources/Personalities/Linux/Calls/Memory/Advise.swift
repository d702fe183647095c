// SPDX-License-Identifier: Apache-2.0
//
// madvise(2). Advice that changes what a program can observe is carried out; the rest is a hint.

internal import AddressSpace
internal import LinuxABI
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
            .doNotDump, .doDump, .wipeOnFork, .keepOnFork, .cold, .pageOut, .collapse, .populateRead, .populateWrite:
            if byteCount > 0 { try task.own.with { $0.space }.requireMapped(address, byteCount: byteCount) }
        default: throw .invalidArgument
        }
        return 0
    }
}
