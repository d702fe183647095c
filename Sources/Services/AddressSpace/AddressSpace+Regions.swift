// SPDX-License-Identifier: Apache-2.0
//
// The tree of regions: finding, cutting at a boundary, joining neighbours that are alike, and finding free addresses.

internal import Containers
public import LinuxABI
internal import Machine

extension AddressSpace {
    /// The region that contains an address.
    static func find(_ state: borrowing State, _ address: UInt64) -> OrderedTree<Region>.Position? {
        guard let position = state.regions.floor(address), state.regions[position].end > address else { return nil }
        return position
    }

    /// Makes `address` a boundary between regions, cutting the one that contains it.
    func split(_ state: inout State, at address: UInt64) throws(Errno) {
        guard let position = AddressSpace.find(state, address) else { return }
        let start = state.regions.key(at: position)
        guard start < address else { return }
        var upper = state.regions[position]
        upper.firstPage += (address - start) / 4096
        upper.growsDown = false
        do throws(OutOfMemory) { _ = try state.regions.insert(address, upper) } catch { throw .noMemory }
        enlist(pieceOf: upper)
        // Insertion may have moved things: look the lower part up again.
        if let lower = state.regions.find(start) { state.regions[lower].end = address }
    }

    /// Joins the region at `start` with its neighbours where they are alike.
    func join(_ state: inout State, around start: UInt64) {
        guard var position = state.regions.find(start) else { return }
        if let before = state.regions.previous(position) {
            let beforeStart = state.regions.key(at: before)
            if state.regions[before].end == start,
                state.regions[before].continues(in: state.regions[position], start: beforeStart)
            {
                let end = state.regions[position].end
                if let joined = state.regions.remove(start) { discharge(joined) }
                guard let joined = state.regions.find(beforeStart) else { return }
                state.regions[joined].end = end
                position = joined
            }
        }
        let ownStart = state.regions.key(at: position)
        if let after = state.regions.next(position) {
            let afterStart = state.regions.key(at: after)
            if state.regions[position].end == afterStart,
                state.regions[position].continues(in: state.regions[after], start: ownStart)
            {
                let end = state.regions[after].end
                if let joined = state.regions.remove(afterStart) { discharge(joined) }
                if let joined = state.regions.find(ownStart) { state.regions[joined].end = end }
            }
        }
    }

    /// Joins neighbours that are alike at every boundary from one address through another.
    func joinAll(_ state: inout State, from start: UInt64, through end: UInt64) {
        join(&state, around: start)
        var place = start
        while let position = state.regions.floor(place), let after = state.regions.next(position) {
            place = state.regions.key(at: after)
            guard place <= end else { return }
            join(&state, around: place)
        }
    }

    /// Whether no region lies in a range.
    static func isFree(_ state: borrowing State, _ start: UInt64, _ end: UInt64) -> Bool {
        if let position = state.regions.floor(end - 1), state.regions[position].end > start { return false }
        return true
    }

    /// Notes that a range ending at `end` has become free.
    static func noteFree(_ state: inout State, upTo end: UInt64) {
        guard end > state.searchTop else { return }
        // The free range may go on above.
        let next = state.regions.ceiling(end).map { state.regions.key(at: $0) } ?? state.mapTop
        state.searchTop = min(next, state.mapTop)
    }

    /// The highest free range of `count` bytes below the map top.
    ///
    /// - Complexity: O(log regions) as long as mappings of one size come one below the other; O(regions) at worst.
    static func findFree(_ state: inout State, count: UInt64) -> UInt64? {
        if count <= state.skippedBytes {
            state.searchTop = state.mapTop
            state.skippedBytes = 0
        }
        let hole = (low: UInt64(ProgramHalf.hole.lowerBound), high: UInt64(ProgramHalf.hole.upperBound))
        var top = state.searchTop
        var position = state.regions.floor(top - 1)
        let lowest: UInt64 = 0x1_0000
        while top >= count + lowest {
            let floor = position.map { state.regions[$0].end } ?? lowest
            var candidate = top - count
            if candidate < hole.high, top > hole.low {
                // Below the kernel's hole, then.
                state.skippedBytes = max(state.skippedBytes, top - min(top, max(floor, hole.high)))
                top = min(top, hole.low)
                candidate = top >= count ? top - count : 0
                if top == hole.low, let p = position, state.regions.key(at: p) >= hole.high {
                    position = state.regions.floor(top - 1)
                    continue
                }
            }
            if candidate >= max(floor, lowest) {
                // Not the candidate: the mapping may fail yet, and then this range is free still.
                state.searchTop = top
                return candidate
            }
            state.skippedBytes = max(state.skippedBytes, top - min(top, floor))
            guard let current = position else { break }
            top = min(top, state.regions.key(at: current))
            position = state.regions.previous(current)
        }
        return nil
    }

    /// Where mappings of low addresses go.
    static var lowRange: Range<UInt64> { 0x4000_0000..<0x8000_0000 }

    /// The lowest free range of `count` bytes among low addresses.
    ///
    /// - Complexity: O(regions there).
    static func findLow(_ state: borrowing State, count: UInt64) -> UInt64? {
        var place = lowRange.lowerBound
        if let position = find(state, place) { place = state.regions[position].end }
        while place < lowRange.upperBound, count <= lowRange.upperBound - place {
            guard let next = state.regions.ceiling(place), state.regions.key(at: next) < place + count else {
                return place
            }
            place = state.regions[next].end
        }
        return nil
    }

    /// Forgets the translations of a range of this space, on every CPU that has it loaded.
    func flush(_ start: UInt64, _ end: UInt64, changed: Int) {
        guard changed > 0 else { return }
        Translations.forget(root, from: UInt(start), to: UInt(end))
    }
}
