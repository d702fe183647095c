// SPDX-License-Identifier: Apache-2.0
//
// How much of a range is in memory: what /proc/PID/smaps counts.

internal import Events
internal import Machine
internal import Processor

extension AddressSpace {
    /// How many pages of a range the page tables lead to, and how many of those were written.
    ///
    /// - Complexity: O(pages in memory), and a step for each absent table.
    public func usage(from start: UInt64, to end: UInt64) -> (resident: UInt64, dirty: UInt64) {
        state.withLock { state in
            var resident: UInt64 = 0, dirty: UInt64 = 0
            state.tables.forEachLeaf(from: UInt(start), to: UInt(end)) { _, _, entry in
                resident += 1
                if NativePageFormat.isDirty(entry) { dirty += 1 }
            }
            return (resident, dirty)
        }
    }
}
