// SPDX-License-Identifier: Apache-2.0
//
// munmap(2), mprotect(2).

internal import AddressSpace
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func munmap(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        try task.own.with { $0.space }.unmap(UInt64(r.argument0), byteCount: UInt64(r.argument1))
        return 0
    }

    @Sendable static func mprotect(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        guard let protection = protectionFlags(r.argument2) else { throw .invalidArgument }
        try task.own.with { $0.space }.protect(UInt64(r.argument0), byteCount: UInt64(r.argument1), protection)
        return 0
    }
}
