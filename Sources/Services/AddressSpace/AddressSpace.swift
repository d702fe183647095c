// SPDX-License-Identifier: Apache-2.0
//
// What one program sees at which address: regions in a balanced tree, and page tables that are filled on demand. Frames
// belong to the page tables' leaves, one reference each; a private page that others share too is copied at the first
// store (copy on write), which the reference count tells.
//
// One lock for the whole space. Page faults take it, so nothing may touch the program's memory while holding it.

public import Containers
public import Events
public import LinuxABI
public import Machine
public import Memory
public import PageCache
internal import Processor

/// A program's address space.
public final class AddressSpace: Sendable {
    /// The limits and the ends of things, set up by exec.
    struct State: ~Copyable {
        var tables: ProgramTables
        var regions = OrderedTree<Region>()
        /// Where the heap starts and ends (brk).
        var heapStart: UInt64 = 0
        var heapEnd: UInt64 = 0
        /// Mappings without a wish are placed below this.
        var mapTop: UInt64 = 0x7fff_0000_0000
        /// Where the search for free addresses begins: what is free between this and the map top is in ranges of at most
        /// `skippedBytes` each. Without it each of a thousand mappings would walk over those before it.
        var searchTop: UInt64 = 0x7fff_0000_0000
        var skippedBytes: UInt64 = 0
        /// Pages in all regions.
        var mappedPages: UInt64 = 0
        /// Pages that have a frame.
        var residentPages: UInt64 = 0
        var mostResidentPages: UInt64 = 0
        var stackLimit: UInt64 = 8 << 20
    }

    let state: BlockingMutex<State>
    /// The top-level page table.
    public let root: FrameNumber
    let zeroFrame: FrameNumber

    /// Creates an empty space.
    ///
    /// - Parameter zeroFrame: a frame of zeros that never-written pages share.
    /// - Throws: `OutOfMemory`.
    public init(zeroFrame: FrameNumber) throws(OutOfMemory) {
        let tables = try ProgramTables.makeForProgram()
        root = tables.root
        self.zeroFrame = zeroFrame
        state = BlockingMutex(State(tables: tables), .addressSpace)
    }

    deinit {
        Translations.abandon(root)
        removeAll()
    }

    /// Unmaps everything. The program never runs again, or does not run yet.
    public func removeAll() {
        state.withLock { state in
            while let position = state.regions.first {
                let start = state.regions.key(at: position)
                let region = state.regions.remove(at: position)
                self.discharge(region)
                self.releasePages(&state, start, region.end)
            }
            state.mappedPages = 0
        }
    }

    /// Gives back the frames of a range, empties its entries and forgets the translations.
    ///
    /// - Parameter keepsCopies: leaves what the program has written into pages of a private region.
    /// - Returns: how many pages had a frame.
    @discardableResult
    func releasePages(_ state: inout State, _ start: UInt64, _ end: UInt64, keepsCopies: Bool = false) -> Int {
        // While another CPU may use a frame it is not given back: its entry is made unusable first.
        let isShared = Translations.areShared
        if isShared {
            state.tables.forEachLeaf(from: UInt(start), to: UInt(end)) { _, slot, entry in
                if keepsCopies, AddressSpace.isCopy(entry) { return }
                slot.entry = NativePageFormat.changing(entry, to: [])
            }
            flush(start, end, changed: 1)
        }
        var count = 0
        state.tables.forEachLeaf(from: UInt(start), to: UInt(end)) { _, slot, entry in
            if keepsCopies, AddressSpace.isCopy(entry) { return }
            slot.entry = NativePageFormat.empty
            Frames.release(NativePageFormat.frame(entry))
            count += 1
        }
        state.residentPages -= UInt64(count)
        if !isShared { flush(start, end, changed: count) }
        return count
    }

    // MARK: Setting up

    /// Says where the heap starts, which mappings come below, and how far the stack may grow.
    public func place(heap: UInt64, mapTop: UInt64, stackLimit: UInt64) {
        state.withLock { state in
            state.heapStart = heap
            state.heapEnd = heap
            state.mapTop = mapTop
            state.searchTop = mapTop
            state.skippedBytes = 0
            state.stackLimit = stackLimit
        }
    }

    // MARK: Figures

    /// Sizes as /proc/PID/statm and getrusage(2) show them, in pages.
    public var figures: (mapped: UInt64, resident: UInt64, mostResident: UInt64) {
        state.withLock { ($0.mappedPages, $0.residentPages, max($0.mostResidentPages, $0.residentPages)) }
    }

    /// What a word in shared memory is a word of: the pages of a file and the place in them. Nil for a private mapping.
    ///
    /// - Throws: `.badAddress` where nothing is mapped.
    public func sharedPlace(of address: UInt64) throws(Errno) -> (pages: PageCache, offset: UInt64)? {
        try state.withLock { (state) throws(Errno) in
            guard let position = AddressSpace.find(state, address) else { throw .badAddress }
            let region = state.regions[position]
            guard region.sharing == .shared, let pages = region.pages else { return nil }
            return (pages, region.firstPage * 4096 + address - state.regions.key(at: position))
        }
    }

    /// The region that contains an address, or else the next one, and where it starts.
    public func region(atOrBehind address: UInt64) -> (start: UInt64, region: Region)? {
        state.withLock { state in
            guard let position = AddressSpace.find(state, address) ?? state.regions.ceiling(address) else { return nil }
            return (state.regions.key(at: position), state.regions[position])
        }
    }

    /// Visits all regions in order of their addresses.
    public func forEachRegion(_ body: (UInt64, Region) -> Void) {
        state.withLock { state in
            var position = state.regions.first
            while let current = position {
                body(state.regions.key(at: current), state.regions[current])
                position = state.regions.next(current)
            }
        }
    }
}
