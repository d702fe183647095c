// SPDX-License-Identifier: Apache-2.0
//
// mlock(2) and its family, msync(2): memory is never paged out and files are in memory, so all that is left is to check
// the arguments.

internal import AddressSpace
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func mlock(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try requireMapped(r.argument0, r.argument1, task)
        return 0
    }

    @Sendable static func mlock2(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument2 & ~1 == 0 else { throw .invalidArgument }
        try requireMapped(r.argument0, r.argument1, task)
        return 0
    }

    @Sendable static func mlockall(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard r.argument0 != 0, r.argument0 & ~7 == 0, r.argument0 != 4 else { throw .invalidArgument }
        return 0
    }

    @Sendable static func munlockall(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        return 0
    }

    @Sendable static func msync(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = MemorySyncFlags(rawValue: UInt32(truncatingIfNeeded: r.argument2))
        guard r.argument0 & 4095 == 0, flags.subtracting([.asynchronous, .invalidate, .synchronous]).isEmpty,
            !flags.contains([.asynchronous, .synchronous])
        else { throw .invalidArgument }
        try requireMapped(r.argument0, r.argument1, task)
        return 0
    }

    private static func requireMapped(_ address: UInt, _ byteCount: UInt, _ task: Task) throws(Errno) {
        let start = UInt64(address) & ~4095
        let end = (UInt64(address) &+ UInt64(byteCount) &+ 4095) & ~4095
        guard end >= start else { throw .invalidArgument }
        if end > start { try task.own.with { $0.space }.requireMapped(start, byteCount: end - start) }
    }
}
