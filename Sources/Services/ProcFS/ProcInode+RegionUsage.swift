// SPDX-License-Identifier: Apache-2.0
//
// /proc/PID/smaps and smaps_rollup: what each mapping has in memory, and their sum. There is one process, so that nothing
// is shared with another: Pss is Rss, and all pages are private. Source: proc_pid_smaps(5).

import Containers
import FileSystem
import LinuxABI
import TextFiles

extension ProcInode {
    @inline(never)
    func addRegionUsage(
        _ process: any ProcessProvider, _ kind: ProcessText, to text: inout TextBuilder
    ) throws(Errno) {
        var failure: Errno?
        var sum = RegionSum()
        process.forEachRegion { region in
            do throws(Errno) {
                let pages = process.pages(from: region.start, to: region.end)
                var one = RegionSum()
                one.add(region, pages)
                sum.add(one)
                guard kind == .smaps else { return true }
                try self.addRegion(region, to: &text)
                try self.addSize("Size:          ", (region.end - region.start) / 4096, to: &text)
                try text.add("KernelPageSize:        4 kB\nMMUPageSize:           4 kB\n")
                try self.addUsage(one, to: &text)
                try text.add("THPeligible:           0\nVmFlags:")
                if region.protection.contains(.read) { try text.add(" rd") }
                if region.protection.contains(.write) { try text.add(" wr") }
                if region.protection.contains(.execute) { try text.add(" ex") }
                if region.isShared { try text.add(" sh") }
                try text.add(" mr mw me \n")
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        guard kind == .smapsRollup, sum.start < sum.end else { return }
        let rollup: StaticString = "[rollup]"
        var whole = RegionDescription(start: sum.start, end: sum.end, protection: [])
        for index in rollup.utf8Bytes.indices { whole.name.append(rollup.utf8Bytes[index]) }
        try addRegion(whole, to: &text)
        try addUsage(sum, to: &text)
    }

    private func addUsage(_ sum: RegionSum, to text: inout TextBuilder) throws(Errno) {
        try addSize("Rss:           ", sum.resident, to: &text)
        try addSize("Pss:           ", sum.resident, to: &text)
        try addSize("Pss_Dirty:     ", sum.dirty, to: &text)
        try text.add("Shared_Clean:          0 kB\nShared_Dirty:          0 kB\n")
        try addSize("Private_Clean: ", sum.resident - sum.dirty, to: &text)
        try addSize("Private_Dirty: ", sum.dirty, to: &text)
        try addSize("Referenced:    ", sum.resident, to: &text)
        try addSize("Anonymous:     ", sum.anonymous, to: &text)
        try text.add("KSM:                   0 kB\nLazyFree:              0 kB\nAnonHugePages:         0 kB\n")
        try text.add("ShmemPmdMapped:        0 kB\nFilePmdMapped:         0 kB\nShared_Hugetlb:        0 kB\n")
        try text.add("Private_Hugetlb:       0 kB\nSwap:                  0 kB\nSwapPss:               0 kB\n")
        try text.add("Locked:                0 kB\n")
    }

    private func addSize(_ label: StaticString, _ pages: UInt64, to text: inout TextBuilder) throws(Errno) {
        try text.add(label)
        try text.add(pages * 4, width: 9)
        try text.add(" kB\n")
    }
}

/// Pages of one or several mappings.
private struct RegionSum {
    var start = UInt64.max
    var end: UInt64 = 0
    var resident: UInt64 = 0
    var dirty: UInt64 = 0
    var anonymous: UInt64 = 0

    mutating func add(_ region: RegionDescription, _ pages: (resident: UInt64, dirty: UInt64)) {
        start = region.start
        end = region.end
        resident = pages.resident
        dirty = pages.dirty
        // Of a private file's pages, those that were written are the program's own.
        anonymous = region.isShared ? 0 : region.inode == 0 ? pages.resident : pages.dirty
    }

    mutating func add(_ other: RegionSum) {
        start = min(start, other.start)
        end = max(end, other.end)
        resident += other.resident
        dirty += other.dirty
        anonymous += other.anonymous
    }
}
