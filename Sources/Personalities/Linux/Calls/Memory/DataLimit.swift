// SPDX-License-Identifier: Apache-2.0
//
// RLIMIT_DATA: how much private memory that it can write a process may have. Source: getrlimit(2).

internal import AddressSpace
internal import LinuxABI
internal import Processes
internal import Sync

extension SystemCalls {
    /// - Throws: `.noMemory` if so much more is too much.
    static func respectDataLimit(adding byteCount: UInt64, to space: AddressSpace, _ task: Task) throws(Errno) {
        let limit = task.process[limit: .dataSize].soft
        // Counted only where it matters: it takes a look at each region.
        if limit == ResourceLimit.infinity { return }
        let (sum, overflow) = space.dataBytes().addingReportingOverflow(byteCount)
        if overflow || sum > limit { throw .noMemory }
    }

    /// - Throws: `.noMemory` if it is too much that a range can be written, too.
    static func respectDataLimit(
        writing range: Range<UInt64>, of space: AddressSpace, _ task: Task
    ) throws(Errno) {
        let limit = task.process[limit: .dataSize].soft
        if limit == ResourceLimit.infinity { return }
        let now = space.dataBytes(), then = space.dataBytes(andIn: range)
        if then > limit, then > now { throw .noMemory }
    }
}
