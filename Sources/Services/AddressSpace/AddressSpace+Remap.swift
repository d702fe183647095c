// SPDX-License-Identifier: Apache-2.0
//
// mremap(2): a mapping that grows, shrinks or moves with its pages. Moving touches no byte of them: entries go from one
// place of the page tables to another.

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Memory
internal import Processor

extension AddressSpace {
    /// Where a mapping may go that is given another size.
    public enum Relocation: Sendable {
        /// It stays where it is.
        case none
        /// It may move anywhere.
        case anywhere
        /// It moves there, and what was there is unmapped; the address is not in the mapping itself.
        case fixed(UInt64)
    }

    /// What becomes of the old place of a mapping that moves.
    public enum Leaving: Sendable {
        /// It is unmapped.
        case unmapped
        /// It stays mapped without pages (MREMAP_DONTUNMAP).
        case mapped
    }

    /// Gives a mapping another size, and another place where that is wished or needed.
    ///
    /// - Parameters:
    ///   - oldCount: whole pages of one region; 0 maps shared pages a second time.
    ///   - newCount: whole pages, not 0.
    /// - Returns: where it is now.
    /// - Throws: `.badAddress` (no mapping, or more than one), `.noMemory` (no room, or not permitted to move),
    ///   `.invalidArgument` (see mremap(2)).
    /// - Context: thread; may block.
    public func remap(
        _ old: UInt64, byteCount oldCount: UInt64, to newCount: UInt64, _ relocation: Relocation, _ leaving: Leaving
    ) throws(Errno) -> UInt64 {
        try state.withLock { (state) throws(Errno) in
            guard let position = AddressSpace.find(state, old) else { throw .badAddress }
            let region = state.regions[position]
            let start = state.regions.key(at: position)
            guard oldCount <= region.end - old else { throw .badAddress }
            if oldCount == 0, region.sharing != .shared { throw .invalidArgument }
            guard region.purpose != .vdso, region.purpose != .vvar else { throw .invalidArgument }
            if case .none = relocation {
                if newCount <= oldCount {
                    if newCount < oldCount { try self.removeRange(&state, old + newCount, old + oldCount) }
                    return old
                }
                guard try self.grow(&state, start, old, oldCount, newCount) else { throw .noMemory }
                return old
            }
            if case .anywhere = relocation, case .unmapped = leaving, oldCount > 0 {
                if newCount <= oldCount {
                    if newCount < oldCount { try self.removeRange(&state, old + newCount, old + oldCount) }
                    return old
                }
                if try self.grow(&state, start, old, oldCount, newCount) { return old }
            }
            var moved = region
            moved.firstPage += (old - start) / 4096
            moved.growsDown = false
            return try self.move(&state, moved, from: old, oldCount, newCount, relocation, leaving)
        }
    }

    /// Makes a region longer where it is. - Returns: false when it does not end there, or there is no room behind it.
    private func grow(
        _ state: inout State, _ start: UInt64, _ old: UInt64, _ oldCount: UInt64, _ newCount: UInt64
    ) throws(Errno) -> Bool {
        guard let position = state.regions.find(start), state.regions[position].end == old + oldCount,
            ProgramHalf.contains(UInt(old), count: UInt(newCount)),
            AddressSpace.isFree(state, old + oldCount, old + newCount)
        else { return false }
        state.regions[position].end = old + newCount
        state.mappedPages += (newCount - oldCount) / 4096
        join(&state, around: start)
        return true
    }

    private func move(
        _ state: inout State, _ region: Region, from old: UInt64, _ oldCount: UInt64, _ newCount: UInt64,
        _ relocation: Relocation, _ leaving: Leaving
    ) throws(Errno) -> UInt64 {
        guard state.regions.count < AddressSpace.regionLimit else { throw .noMemory }
        let new: UInt64
        if case .fixed(let address) = relocation {
            guard ProgramHalf.contains(UInt(address), count: UInt(newCount)) else { throw .invalidArgument }
            guard address >= AddressSpace.lowestAddress else { throw .notPermitted }
            new = address
        } else {
            guard let found = AddressSpace.findFree(&state, count: newCount) else { throw .noMemory }
            new = found
        }
        // Everything that needs memory comes first.
        let kept = min(oldCount, newCount)
        do throws(OutOfMemory) {
            try state.regions.reserve(5)
            try AddressSpace.makeTables(&state, new, kept)
        } catch { throw .noMemory }
        if case .fixed = relocation { try removeRange(&state, new, new + newCount) }
        let count = AddressSpace.moveEntries(state, from: old, to: new, kept)
        var placed = region
        placed.end = new + newCount
        _ = state.regions.insertReserved(new, placed)
        enlist(pieceOf: placed)
        state.mappedPages += newCount / 4096
        flush(old, old + kept, changed: count)
        if case .unmapped = leaving, oldCount > 0 { try removeRange(&state, old, old + oldCount) }
        join(&state, around: new)
        return new
    }

    /// Makes the lowest tables of a range.
    private static func makeTables(_ state: inout State, _ start: UInt64, _ count: UInt64) throws(OutOfMemory) {
        let span: UInt64 = 512 * 4096
        var address = start
        while address < start + count {
            _ = try state.tables.makeSlot(UInt(address))
            address = (address | (span - 1)) + 1
        }
    }

    /// Moves what a range's entries hold to another range, whose tables exist. - Returns: how many there were.
    private static func moveEntries(
        _ state: borrowing State, from old: UInt64, to new: UInt64, _ count: UInt64
    ) -> Int {
        var moved = 0
        state.tables.forEachLeaf(from: UInt(old), to: UInt(old + count)) { address, slot, entry in
            guard let target = state.tables.slot(UInt(new) + address - UInt(old)) else { return }
            target.entry = entry
            slot.entry = NativePageFormat.empty
            moved += 1
        }
        return moved
    }
}
