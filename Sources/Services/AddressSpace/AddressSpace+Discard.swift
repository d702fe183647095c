// SPDX-License-Identifier: Apache-2.0
//
// madvise(2)'s effects: pages that are thrown away and read as zeros (or as the file) when they are touched again.

internal import Containers
internal import Events
public import LinuxABI
internal import Machine

extension AddressSpace {
    /// Throws the pages of a range away.
    ///
    /// - Throws: `.noMemory` if some of the range is not mapped; what is mapped has been discarded.
    public func discard(_ address: UInt64, byteCount: UInt64) throws(Errno) {
        try state.withLock { (state) throws(Errno) in
            self.releasePages(&state, address, address + byteCount)
            guard AddressSpace.isMapped(state, address, address + byteCount) else { throw .noMemory }
        }
    }

    /// Checks that all of a range is mapped.
    ///
    /// - Throws: `.noMemory`.
    public func requireMapped(_ address: UInt64, byteCount: UInt64) throws(Errno) {
        try state.withLock { (state) throws(Errno) in
            guard AddressSpace.isMapped(state, address, address + byteCount) else { throw .noMemory }
        }
    }

    static func isMapped(_ state: borrowing State, _ start: UInt64, _ end: UInt64) -> Bool {
        guard ProgramHalf.contains(UInt(start), count: UInt(end - start)) else { return false }
        var place = start
        while place < end {
            guard let position = find(state, place) else { return false }
            place = state.regions[position].end
        }
        return true
    }
}
