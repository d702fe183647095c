// SPDX-License-Identifier: Apache-2.0
//
// mmap(2), munmap(2) and brk(2). Nothing gets a frame here: pages are filled when they are touched (see Fault), unless
// the caller asks to populate.

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Memory

/// Where a mapping shall be.
public enum Placement: Sendable {
    /// Anywhere; near the hint if that is free (0: no hint).
    case anywhere(hint: UInt64)
    /// In the second GiB, where pointers of 31 bits reach; at the hint if that is free and below (MAP_32BIT).
    case low(hint: UInt64)
    /// Exactly there, replacing what was mapped (MAP_FIXED).
    case fixed(UInt64)
    /// Exactly there, or fail with EEXIST (MAP_FIXED_NOREPLACE).
    case fixedIfFree(UInt64)
}

extension AddressSpace {
    /// The lowest address that mappings may have (vm.mmap_min_addr): null pointers fault.
    public static var lowestAddress: UInt64 { 0x1_0000 }
    /// Regions that one space may have (vm.max_map_count).
    static var regionLimit: Int { 65530 }

    /// Maps a region.
    ///
    /// - Parameters:
    ///   - byteCount: rounded up to pages.
    ///   - region: everything but its place; `end` is ignored.
    /// - Returns: its first address.
    /// - Throws: `.invalidArgument` (empty, not aligned), `.noMemory`, `.fileExists`, `.notPermitted` (below
    ///   `lowestAddress`, or a file sealed against being written).
    /// - Context: thread; may block.
    /// - Source: mmap(2).
    public func map(_ region: Region, byteCount: UInt64, at placement: Placement) throws(Errno) -> UInt64 {
        guard byteCount > 0 else { throw .invalidArgument }
        guard byteCount <= UInt64(ProgramHalf.end) else { throw .noMemory }
        let size = (byteCount + 4095) & ~4095
        return try state.withLock { (state) throws(Errno) -> UInt64 in
            let start = try self.choose(&state, placement, size)
            guard state.regions.count < AddressSpace.regionLimit else { throw .noMemory }
            do throws(OutOfMemory) { try state.regions.reserve(3) } catch { throw .noMemory }
            try self.enlist(region)
            do throws(Errno) {
                if case .fixed = placement { try self.removeRange(&state, start, start + size) }
            } catch {
                self.discharge(region)
                throw error
            }
            var placed = region
            placed.end = start + size
            _ = state.regions.insertReserved(start, placed)
            state.mappedPages += size / 4096
            self.join(&state, around: start)
            return start
        }
    }

    private func choose(_ state: inout State, _ placement: Placement, _ size: UInt64) throws(Errno) -> UInt64 {
        switch placement {
        case .fixed(let address), .fixedIfFree(let address):
            guard address & 4095 == 0 else { throw .invalidArgument }
            guard ProgramHalf.contains(UInt(address), count: UInt(size)) else { throw .noMemory }
            guard address >= AddressSpace.lowestAddress else { throw .notPermitted }
            if case .fixedIfFree = placement, !AddressSpace.isFree(state, address, address + size) { throw .fileExists }
            return address
        case .low(let hint):
            let wished = (hint &+ 4095) & ~4095, end = AddressSpace.lowRange.upperBound
            if wished >= AddressSpace.lowestAddress, wished < end, size <= end - wished,
                AddressSpace.isFree(state, wished, wished + size)
            {
                return wished
            }
            guard let found = AddressSpace.findLow(state, count: size) else { throw .noMemory }
            return found
        case .anywhere(let hint):
            let wished = hint & ~4095
            if wished >= AddressSpace.lowestAddress, ProgramHalf.contains(UInt(wished), count: UInt(size)),
                AddressSpace.isFree(state, wished, wished + size)
            {
                return wished
            }
            guard let found = AddressSpace.findFree(&state, count: size) else { throw .noMemory }
            return found
        }
    }

    /// Unmaps whatever is mapped in a range.
    ///
    /// - Throws: `.invalidArgument` (empty, not aligned, not a program's), `.noMemory` (a region had to be cut).
    /// - Source: munmap(2).
    public func unmap(_ address: UInt64, byteCount: UInt64) throws(Errno) {
        guard address & 4095 == 0, byteCount > 0, byteCount <= UInt64(ProgramHalf.end) else { throw .invalidArgument }
        let size = (byteCount + 4095) & ~4095
        guard address <= UInt64(ProgramHalf.end), size <= UInt64(ProgramHalf.end) - address else {
            throw .invalidArgument
        }
        try state.withLock { (state) throws(Errno) in try self.removeRange(&state, address, address + size) }
    }

    /// Removes all regions and pages of a range.
    func removeRange(_ state: inout State, _ start: UInt64, _ end: UInt64) throws(Errno) {
        guard !AddressSpace.isFree(state, start, end) else { return }
        do throws(OutOfMemory) { try state.regions.reserve(2) } catch { throw .noMemory }
        try split(&state, at: start)
        try split(&state, at: end)
        while let position = state.regions.ceiling(start), state.regions.key(at: position) < end {
            let first = state.regions.key(at: position)
            let region = state.regions.remove(at: position)
            state.mappedPages -= (region.end - first) / 4096
            discharge(region)
            releasePages(&state, first, region.end)
        }
        AddressSpace.noteFree(&state, upTo: end)
    }

    /// Moves the end of the heap. Asks nothing of memory: pages come when they are touched.
    ///
    /// - Parameter wished: the new end; 0 asks for the present one.
    /// - Returns: the end that now holds: the old one if the wish could not be granted.
    /// - Source: brk(2).
    public func moveBreak(to wished: UInt64, limit: UInt64) -> UInt64 {
        state.withLock { state in
            guard wished >= state.heapStart, wished - state.heapStart <= limit,
                ProgramHalf.contains(UInt(state.heapStart), count: UInt(wished - state.heapStart))
            else { return state.heapEnd }
            let oldEnd = (state.heapEnd + 4095) & ~4095
            let newEnd = (wished + 4095) & ~4095
            do throws(Errno) {
                if newEnd > oldEnd {
                    guard AddressSpace.isFree(state, oldEnd, newEnd),
                        (newEnd - oldEnd) < Frames.totalBytes
                    else { throw .noMemory }
                    let heap = Region(end: newEnd, protection: [.read, .write], purpose: .heap)
                    do throws(OutOfMemory) { _ = try state.regions.insert(oldEnd, heap) } catch { throw .noMemory }
                    state.mappedPages += (newEnd - oldEnd) / 4096
                    self.join(&state, around: oldEnd)
                } else if newEnd < oldEnd {
                    try self.removeRange(&state, newEnd, oldEnd)
                }
                state.heapEnd = wished
            } catch {}  // brk(2) has no error: it answers the old end
            return state.heapEnd
        }
    }
}
