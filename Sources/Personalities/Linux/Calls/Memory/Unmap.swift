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
        let space = task.own.with { $0.space }
        let start = UInt64(r.argument0), byteCount = UInt64(r.argument1)
        if protection.contains(.write), byteCount <= UInt64(Int64.max), start <= UInt64(Int64.max) {
            try respectDataLimit(writing: start..<start + byteCount, of: space, task)
        }
        try space.protect(start, byteCount: byteCount, protection)
        return 0
    }
}
