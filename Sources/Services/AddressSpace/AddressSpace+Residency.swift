// SPDX-License-Identifier: Apache-2.0
//
// Which pages of a range have a frame: mincore(2).

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Memory
internal import PageCache
internal import Processor

extension AddressSpace {
    /// Asks about each page of a range in order.
    ///
    /// - Parameters:
    ///   - address: of a page.
    ///   - pageCount: how many are asked about.
    ///   - body: told for each whether a touch would need no I/O. Called with the space's lock held.
    /// - Throws: `.noMemory` where nothing is mapped.
    public func forEachPage(
        from address: UInt64, count pageCount: Int, _ body: (Bool) -> Void
    ) throws(Errno) {
        try state.withLock { (state) throws(Errno) in
            var place = address
            let end = address + UInt64(pageCount) * 4096
            while place < end {
                guard let position = AddressSpace.find(state, place) else { throw .noMemory }
                let start = state.regions.key(at: position)
                let region = state.regions[position]
                while place < min(end, region.end) {
                    var isThere = false
                    if let slot = state.tables.slot(UInt(place)) { isThere = slot.entry != NativePageFormat.empty }
                    if !isThere, let pages = region.pages,
                        let frame = pages.lookup(region.firstPage + (place - start) / 4096)
                    {
                        isThere = true
                        Frames.release(frame)
                    }
                    body(isThere)
                    place += 4096
                }
            }
        }
    }
}
