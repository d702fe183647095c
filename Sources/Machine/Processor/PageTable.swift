// SPDX-License-Identifier: Apache-2.0
//
// A tree of page tables and the walks over it. The tree owns its tables of the program's part, not the frames that
// leaves map: whose those are, only the address space knows. The kernel's part is shared by pointing to the same
// second-level tables, so an address space begins with a copy of a few top-level entries.

public import Containers
public import Memory

/// One address space's page tables. Not locked; flushing translations is the caller's, who knows what has changed.
public struct PageTable<Format: PageTableFormat>: ~Copyable {
    /// The top-level table: what the CPU is told.
    public let root: FrameNumber
    /// Top-level entries that belong to the kernel and are never freed here.
    private let shared: Range<Int>

    private static var entryCount: Int { 1 << Format.indexBits }

    /// Creates empty tables with the kernel's part of `template`.
    ///
    /// - Parameter shared: the top-level entries to take over.
    /// - Throws: `OutOfMemory`.
    public init(sharing shared: Range<Int>, of template: FrameNumber) throws(OutOfMemory) {
        root = try Frames.allocate()
        self.shared = shared
        for index in shared { Frames.store64(Frames.load64(template, at: index * 8), root, at: index * 8) }
    }

    /// Takes over the tables that the boot code has built; they are never freed.
    public init(adopting root: FrameNumber) {
        self.root = root
        shared = 0..<(1 << Format.indexBits)
    }

    deinit {
        for index in 0..<PageTable.entryCount where !shared.contains(index) {
            let entry = Frames.load64(root, at: index * 8)
            if Format.isPresent(entry) { PageTable.freeTables(Format.frame(entry), level: Format.levels - 2) }
        }
        if shared.count < PageTable.entryCount { Frames.release(root) }
    }

    private static func freeTables(_ table: FrameNumber, level: Int) {
        if level > 0 {
            for index in 0..<entryCount {
                let entry = Frames.load64(table, at: index * 8)
                if Format.isPresent(entry) { freeTables(Format.frame(entry), level: level - 1) }
            }
        }
        Frames.release(table)
    }

    @inline(__always) private static func index(_ address: UInt, _ level: Int) -> Int {
        Int(bitPattern: address >> UInt(12 + level * Format.indexBits)) & (entryCount - 1)
    }

    // MARK: One page

    /// Where the leaf entry of an address is.
    public struct Slot {
        let table: FrameNumber
        let offset: Int

        /// The entry.
        public var entry: UInt64 {
            // In bounds by construction: only the walks below make slots.
            @inline(__always) get { Frames.loadEntry(table, at: offset) }
            @inline(__always) nonmutating set { Frames.storeEntry(newValue, table, at: offset) }
        }
    }

    /// The slot of an address, or nil when no table reaches it.
    public func slot(_ address: UInt) -> Slot? {
        var table = root
        var level = Format.levels - 1
        while level > 0 {
            let entry = Frames.loadEntry(table, at: PageTable.index(address, level) * 8)
            guard Format.isPresent(entry) else { return nil }
            table = Format.frame(entry)
            level -= 1
        }
        return Slot(table: table, offset: PageTable.index(address, 0) * 8)
    }

    /// The slot of an address, with the tables that lead to it made where they are missing.
    ///
    /// - Throws: `OutOfMemory`; tables made before stay and are freed with the tree.
    public mutating func makeSlot(_ address: UInt) throws(OutOfMemory) -> Slot {
        var table = root
        var level = Format.levels - 1
        while level > 0 {
            let offset = PageTable.index(address, level) * 8
            var entry = Frames.loadEntry(table, at: offset)
            if !Format.isPresent(entry) {
                entry = Format.table(try Frames.allocate())
                Frames.storeEntry(entry, table, at: offset)
            }
            table = Format.frame(entry)
            level -= 1
        }
        return Slot(table: table, offset: PageTable.index(address, 0) * 8)
    }

    // MARK: Ranges

    /// Visits the leaves of a page-aligned range that hold a frame, in order; absent tables are skipped whole.
    @inline(__always)  // a page's share of munmap and mprotect is otherwise the call
    public func forEachLeaf(from start: UInt, to end: UInt, _ body: (UInt, Slot, UInt64) -> Void) {
        var address = start
        let span = UInt(pageSize) << UInt(Format.indexBits)  // what one lowest table covers
        while address < end {
            let stop = min(end, (address | (span - 1)) &+ 1)
            if let first = slot(address) {
                var offset = first.offset
                while address < stop {
                    let slot = Slot(table: first.table, offset: offset)
                    let entry = slot.entry
                    if entry != Format.empty { body(address, slot, entry) }
                    address += UInt(pageSize)
                    offset += 8
                }
            } else {
                address = nextPresent(after: address, limit: end)
            }
            if address == 0 { return }
        }
    }

    /// The start of the next range whose tables may exist, at least one lowest table further.
    private func nextPresent(after address: UInt, limit: UInt) -> UInt {
        var table = root
        var level = Format.levels - 1
        while level > 0 {
            let entry = Frames.loadEntry(table, at: PageTable.index(address, level) * 8)
            if !Format.isPresent(entry) {
                let span = UInt(pageSize) << UInt(level * Format.indexBits)
                return (address | (span - 1)) &+ 1
            }
            table = Format.frame(entry)
            level -= 1
        }
        return limit
    }
}
