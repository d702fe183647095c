// SPDX-License-Identifier: Apache-2.0
//
// The code that the kernel lends to programs (vdso(7)), mapped with the data page it reads in front of it. The pages are
// Machine's LentPages; here they become a file of two pages without a name, which every program maps.

internal import AddressSpace
internal import Containers
internal import LinuxABI
internal import Machine
internal import Memory
internal import PageCache
internal import Processes
internal import Sync
internal import Time

/// The clock's data as programs read it. One writer at a time: an interrupt may refine the clock while a call sets it.
private final class Publication: Sendable {
    private let pages: Spinlock<LentPages>

    init(_ pages: LentPages) { self.pages = Spinlock(pages) }

    func renew() {
        pages.withLock { pages in
            guard Clock.isAccurate else { return pages.publish(nil) }
            let scale = Clock.scale
            pages.publish(
                LentPages.ClockData(
                    counterAtBase: scale.counterAtBase, multiplier: scale.multiplier,
                    nanosecondsAtBase: scale.nanosecondsAtBase, wallOffset: Clock.wallOffset))
        }
    }
}

enum VDSO {
    /// Makes the pages, and keeps the clock's data true from now on.
    ///
    /// - Throws: `OutOfMemory`.
    static func make() throws(OutOfMemory) -> PageCache? {
        guard let pages = try LentPages.make() else { return nil }
        let file = PageCache()
        do throws(PageCacheError) {
            try file.adopt(pages.data)
            try file.adopt(pages.code)
        } catch { throw OutOfMemory() }
        let publication = Publication(pages)
        Clock.onChange { publication.renew() }
        return file
    }

    /// Maps data and code. - Returns: the address of the ELF header for AT_SYSINFO_EHDR, 0 without one.
    // Out of line, because regions are large values.
    @inline(never)
    static func map(into space: AddressSpace, of system: System) throws(Errno) -> UInt64 {
        guard let pages = system.lentPages else { return 0 }
        let data = Region(end: 0, protection: .read, pages: pages, purpose: .vvar)
        let start = try space.map(data, byteCount: 8192, at: .anywhere(hint: 0))
        let code = Region(end: 0, protection: [.read, .execute], pages: pages, firstPage: 1, purpose: .vdso)
        return try space.map(code, byteCount: 4096, at: .fixed(start + 4096))
    }
}
