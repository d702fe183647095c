// SPDX-License-Identifier: Apache-2.0
//
// brk(2): answers the end of the heap, moved if it could be.

internal import AddressSpace
internal import LinuxABI
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func brk(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let limit = task.process[limit: .dataSize].soft
        return Int(task.own.with { $0.space }.moveBreak(to: UInt64(r.argument0), limit: limit))
    }
}
