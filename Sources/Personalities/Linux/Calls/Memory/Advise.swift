// SPDX-License-Identifier: Apache-2.0
//
// madvise(2). Advice that changes what a program can observe is carried out; the rest is a hint.

internal import AddressSpace
internal import FileSystem
internal import LinuxABI
internal import Machine
internal import PageCache
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func madvise(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let advice = MemoryAdvice(rawValue: UInt32(truncatingIfNeeded: r.argument2))
        let address = UInt64(r.argument0)
        guard address & 4095 == 0 else { throw .invalidArgument }
        let byteCount = (UInt64(r.argument1) &+ 4095) & ~4095
        guard byteCount >= UInt64(r.argument1), address &+ byteCount >= address else { throw .invalidArgument }
        switch advice {
        case .doNotNeed, .doNotNeedLocked:
            if byteCount > 0 { try task.own.with { $0.space }.discard(address, byteCount: byteCount) }
        case .free, .wipeOnFork: try advisePrivate(address, byteCount, advice, task)
        case .remove: try punch(address, byteCount, task)
        case .normal, .random, .sequential, .willNeed, .doNotFork, .doFork, .mergeable, .unmergeable, .hugePage,
            .noHugePage,
            .doNotDump, .doDump, .keepOnFork, .cold, .pageOut, .collapse:
            if byteCount > 0 { try task.own.with { $0.space }.requireMapped(address, byteCount: byteCount) }
        case .populateRead: try populate(address, byteCount, [], task)
        case .populateWrite: try populate(address, byteCount, .write, task)
        default: throw .invalidArgument
        }
        return 0
    }

    /// MADV_FREE and MADV_WIPEONFORK: for private memory without a file.
    private static func advisePrivate(
        _ address: UInt64, _ byteCount: UInt64, _ advice: MemoryAdvice, _ task: Task
    ) throws(Errno) {
        let space = task.own.with { $0.space }
        try forEachRegion(of: space, address, byteCount) { (region, _, _) throws(Errno) in
            guard region.sharing == .privateCopy, region.pages == nil else { throw .invalidArgument }
        }
        if advice == .free, byteCount > 0 { try space.discard(address, byteCount: byteCount) }
    }

    /// MADV_REMOVE: makes a hole in the file that is mapped.
    private static func punch(_ address: UInt64, _ byteCount: UInt64, _ task: Task) throws(Errno) {
        let space = task.own.with { $0.space }
        try forEachRegion(of: space, address, byteCount) { (region, start, part) throws(Errno) in
            guard let pages = region.pages else { throw .invalidArgument }
            guard region.sharing == .shared, region.ceiling.contains(.write) else { throw .permissionDenied }
            let first = region.firstPage * 4096 + part.lowerBound - start
            let hole = first..<first + UInt64(part.count)
            if let file = region.file as? MappedOpenFile, file.inode.pageCache === pages {
                try file.inode.allocate([.punchHole, .keepSize], hole)
            } else {
                do throws(PageCacheError) { try pages.punchHole(hole) } catch { throw .noMemory }
            }
        }
    }

    /// Calls `body` with each region of a range, where it begins and what part of it lies in the range; no lock is held.
    ///
    /// - Throws: `.noMemory` where nothing is mapped, after the last region.
    private static func forEachRegion(
        of space: AddressSpace, _ address: UInt64, _ byteCount: UInt64,
        _ body: (Region, UInt64, Range<UInt64>) throws(Errno) -> Void
    ) throws(Errno) {
        let end = address + byteCount
        var place = address
        var isWhole = true
        while place < end, let (start, region) = space.region(atOrBehind: place), start < end {
            if start > place { isWhole = false }
            place = min(region.end, end)
            try body(region, start, max(start, address)..<place)
        }
        if !isWhole || place < end { throw .noMemory }
    }

    /// Makes every page of a range present, as a touch would.
    ///
    /// - Throws: `.noMemory` where nothing is mapped or there is no memory, `.badAddress` behind a file's end,
    ///   `.invalidArgument` where the touch is not permitted.
    private static func populate(
        _ address: UInt64, _ byteCount: UInt64, _ access: FaultAccess, _ task: Task
    ) throws(Errno) {
        let space = task.own.with { $0.space }
        try space.requireMapped(address, byteCount: byteCount)
        var page = address
        while page < address + byteCount {
            switch space.fault(at: UInt(page), access) {
            case .served: break
            case .notMapped, .outOfMemory: throw .noMemory
            case .notPermitted: throw .invalidArgument
            case .beyondEnd: throw .badAddress
            }
            page += 4096
        }
    }
}
