// SPDX-License-Identifier: Apache-2.0
//
// Files tell an address space when they lose pages that it shows. Each region with pages of a file is counted there, from
// its start to its end, whatever pieces it is cut into and joined from.

internal import Containers
internal import Events
internal import LinuxABI
internal import Machine
public import PageCache
internal import Processor

extension Region {
    /// Whether a store to the region would be one to the file, now or after mprotect(2).
    var writesFile: Bool { sharing == .shared && ceiling.contains(.write) }
}

extension AddressSpace: PageMapper {
    /// Counts a new region at its file.
    ///
    /// - Throws: `.notPermitted` if the file is sealed against such mappings, `.noMemory`.
    func enlist(_ region: borrowing Region) throws(Errno) {
        guard let pages = region.pages else { return }
        let isPermitted: Bool
        do throws(OutOfMemory) { isPermitted = try pages.add(self, writes: region.writesFile) } catch {
            throw .noMemory
        }
        if !isPermitted { throw .notPermitted }
    }

    /// Counts a piece of a region that is counted already.
    func enlist(pieceOf region: borrowing Region) {
        // A file that has such a region can neither have been sealed nor need memory for another one.
        if let pages = region.pages { _ = try? pages.add(self, writes: region.writesFile) }
    }

    /// Counts a region no longer.
    func discharge(_ region: borrowing Region) {
        if let pages = region.pages { pages.remove(self, writes: region.writesFile) }
    }

    /// See `PageMapper`.
    public func forget(_ indices: Range<UInt64>, of pages: PageCache, copies: Bool) {
        state.withLock { state in
            var position = state.regions.first
            while let current = position {
                position = state.regions.next(current)
                guard state.regions[current].pages === pages else { continue }
                let start = state.regions.key(at: current)
                self.forget(&state, indices, copies, regionAt: current, start)
            }
        }
    }

    // Out of line, because regions are large values.
    @inline(never)
    private func forget(
        _ state: inout State, _ indices: Range<UInt64>, _ copies: Bool, regionAt position: OrderedTree<Region>.Position,
        _ start: UInt64
    ) {
        let region = state.regions[position]
        let shown = region.firstPage..<region.firstPage + (region.end - start) / 4096
        let lost = shown.clamped(to: indices)
        guard !lost.isEmpty else { return }
        let first = start + (lost.lowerBound - shown.lowerBound) * 4096
        releasePages(
            &state, first, first + UInt64(lost.count) * 4096, keepsCopies: !copies && region.sharing == .privateCopy)
    }

    /// Whether an entry of a private region of a file is a copy of the program's own: the file's pages are read-only in
    /// such a region, and a copy that was never written is as good as the file's.
    static func isCopy(_ entry: UInt64) -> Bool {
        NativePageFormat.isDirty(entry) || NativePageFormat.permissions(entry).contains(.write)
    }
}
