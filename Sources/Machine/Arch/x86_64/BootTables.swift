// SPDX-License-Identifier: Apache-2.0
//
// Builds the kernel's page tables in the first stage of booting, while memory is mapped one to one: the image with
// W^X, and all of physical memory once (never executable; the image's code and constants read-only there too, or the
// second mapping would undo the first). Tables come from the memory right behind the image.

#if arch(x86_64) && os(none)
internal import CMachine
internal import Memory

/// The page tables under construction. Physical addresses are pointers here.
struct BootTables {
    private var nextTable: UInt
    private let root: UnsafeMutablePointer<UInt64>
    private let hasHugePages: Bool

    private typealias Format = X86PageTableFormat

    init(root: UInt, tables: UInt, hasHugePages: Bool) {
        // SAFETY: stage one runs one to one mapped; the caller names memory that nothing else uses.
        self.root = UnsafeMutablePointer(bitPattern: root).unsafelyUnwrapped
        nextTable = tables
        self.hasHugePages = hasHugePages
    }

    /// One past the last table.
    var end: UInt { nextTable }

    private mutating func makeTable() -> UInt {
        let table = nextTable
        nextTable += UInt(pageSize)
        machine_clear_pages(UnsafeMutableRawPointer(bitPattern: table).unsafelyUnwrapped, pageSize)
        return table
    }

    private mutating func child(_ table: UnsafeMutablePointer<UInt64>, _ index: Int) -> UnsafeMutablePointer<UInt64> {
        if table[index] & Format.present == 0 {
            table[index] = UInt64(makeTable()) | Format.present | Format.writable
        }
        return UnsafeMutablePointer(bitPattern: UInt(table[index] & Format.frameMask)).unsafelyUnwrapped
    }

    /// Makes the third-level table of a part, so that its top-level slot is fixed from now on.
    mutating func reserveSlot(of address: UInt) { _ = child(root, Int(address >> 39) & 511) }

    @inline(never)  // six callers
    private mutating func table(_ address: UInt, level: Int) -> UnsafeMutablePointer<UInt64> {
        var table = child(root, Int(address >> 39) & 511)
        if level == 2 { return table }
        table = child(table, Int(address >> 30) & 511)
        if level == 1 { return table }
        return child(table, Int(address >> 21) & 511)
    }

    /// Maps `count` bytes in pages of 4 KiB.
    mutating func map(_ address: UInt, to physical: UInt, count: UInt, flags: UInt64) {
        var offset: UInt = 0
        while offset < count {
            let index = Int((address + offset) >> 12) & 511
            let pages = min(512 - index, Int((count - offset + 4095) >> 12))
            let entry = UInt64(physical + offset) | flags | Format.present | Format.global
            BootTables.fill(table(address + offset, level: 0) + index, pages, entry, step: 4096)
            offset += UInt(pages) << 12
        }
    }

    // Few instructions for each entry, without a check for each step: these are most of what the boot code executes.
    private static func fill(_ first: UnsafeMutablePointer<UInt64>, _ count: Int, _ entry: UInt64, step: UInt64) {
        var place = first
        var entry = entry
        let end = first + count
        while place < end {
            place.pointee = entry
            entry &+= step
            place += 1
        }
    }

    /// Maps memory from 0 to `end` at `base`, in the largest pages, but the image's blocks of 2 MiB in pages of 4 KiB.
    ///
    /// - Precondition: `base` is a multiple of 1 GiB, `end` of 2 MiB.
    mutating func mapPhysical(at base: UInt, end: UInt, image: Range<UInt>) {
        let flags = Format.present | Format.writable | Format.noExecute | Format.global
        var physical: UInt = 0
        while physical < end {
            let next = physical + 0x4000_0000
            let isWhole = next <= end && (image.upperBound <= physical || image.lowerBound >= next)
            let entry = UInt64(physical) | flags | Format.large
            if hasHugePages, isWhole {
                table(base + physical, level: 2)[Int((base + physical) >> 30) & 511] = entry
            } else {
                let count = Int((min(next, end) - physical) >> 21)
                BootTables.fill(table(base + physical, level: 1), count, entry, step: 0x20_0000)
            }
            physical = next
        }
        // The blocks of the image, page by page, up to the next 2 MiB.
        let first = image.lowerBound & ~0x1f_ffff
        let last = (image.upperBound + 0x1f_ffff) & ~0x1f_ffff
        for block in stride(from: first, to: last, by: 0x20_0000) {
            table(base + block, level: 1)[Int((base + block) >> 21) & 511] = 0
        }
        map(base + first, to: first, count: last - first, flags: Format.writable | Format.noExecute)
    }

    /// Takes write permission from the pages of a range that is mapped in pages of 4 KiB.
    mutating func protect(_ address: UInt, count: UInt) {
        var offset: UInt = 0
        while offset < count {
            table(address + offset, level: 0)[Int((address + offset) >> 12) & 511] &= ~Format.writable
            offset += 4096
        }
    }
}
#endif
