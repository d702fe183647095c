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
        let space = task.own.with { $0.space }
        let wished = UInt64(r.argument0)
        let limit = task.process[limit: .dataSize].soft
        if limit != ResourceLimit.infinity {
            let end = space.moveBreak(to: 0, limit: limit)
            // brk(2) has no error: it answers the old end.
            do throws(Errno) {
                if wished > end { try respectDataLimit(adding: wished - end, to: space, task) }
            } catch { return Int(end) }
        }
        return Int(space.moveBreak(to: wished, limit: limit))
    }
}
