// SPDX-License-Identifier: Apache-2.0
//
// mmap(2): files and zeros. Flags that only hint (MAP_STACK, MAP_NORESERVE, MAP_LOCKED …) are taken; unknown ones are
// refused where Linux refuses them (MAP_SHARED_VALIDATE).

internal import AddressSpace
internal import DevFS
internal import FileSystem
internal import LinuxABI
internal import Machine
internal import Memory
internal import PageCache
internal import Processes
internal import Processor
internal import Sync

extension SystemCalls {
    @Sendable static func mmap(_ r: ProgramRegisters, _ task: Task) throws(Errno) -> Int {
        let flags = MapFlags(rawValue: UInt32(truncatingIfNeeded: r.argument3))
        guard let protection = protectionFlags(r.argument2) else { throw .invalidArgument }
        let offset = UInt64(r.argument5)
        guard offset & 4095 == 0 else { throw .invalidArgument }
        let kind = flags.intersection(.typeMask)
        guard kind == .shared || kind == .privateCopy || kind == .sharedValidate else { throw .invalidArgument }
        if kind == .sharedValidate, !flags.subtracting(validatedFlags).isEmpty { throw .notSupported }
        if flags.contains(.hugePages) { throw .noMemory }
        let byteCount = UInt64(r.argument1)
        guard byteCount > 0 else { throw .invalidArgument }
        let sharing: Region.Sharing = kind == .privateCopy ? .privateCopy : .shared
        var region = Region(end: 0, protection: protection, sharing: sharing, growsDown: flags.contains(.growsDown))
        if flags.contains(.anonymous) {
            try checkOvercommit(byteCount, flags, protection)
            describeZeros(&region, byteCount)
        } else {
            let file = try usableFile(r.argument4, task)
            try describe(&region, file, offset, byteCount)
        }
        return Int(try place(region, byteCount, flags, UInt64(r.argument0), task))
    }

    private static var validatedFlags: MapFlags {
        [
            .sharedValidate, .fixed, .anonymous, .growsDown, .denyWrite, .executable, .locked, .noReserve, .populate,
            .nonBlocking, .stack, .hugePages, .fixedNoReplace,
        ]
    }

    /// The protection bits of an argument; nil if there are unknown ones.
    static func protectionFlags(_ argument: UInt) -> ProtectionFlags? {
        guard argument & ~7 == 0 else { return nil }
        return ProtectionFlags(rawValue: UInt32(truncatingIfNeeded: argument))
    }

    /// Refuses what can never be backed (vm.overcommit_memory 0: obvious overcommits).
    private static func checkOvercommit(
        _ byteCount: UInt64, _ flags: MapFlags, _ protection: ProtectionFlags
    ) throws(Errno) {
        if flags.contains(.noReserve) || !protection.contains(.write) { return }
        if byteCount > Frames.totalBytes { throw .noMemory }
    }

    /// The part of a region without a file. Shared memory is a file that nobody else can open.
    private static func describeZeros(_ region: inout Region, _ byteCount: UInt64) {
        guard region.sharing == .shared else { return }
        let pages = PageCache()
        pages.resize(to: (byteCount + 4095) & ~4095)
        region.pages = pages
    }

    /// The file's part of a region, with the checks that the man page lists under EACCES and ENODEV.
    private static func describe(
        _ region: inout Region, _ file: OpenFile, _ offset: UInt64, _ byteCount: UInt64
    ) throws(Errno) {
        let mode = file.flags.intersection(.accessModeMask)
        guard mode != .writeOnly, !file.flags.contains(.path) else { throw .permissionDenied }
        if region.sharing == .shared, region.protection.contains(.write), mode != .readWrite {
            throw .permissionDenied
        }
        if region.sharing == .shared, mode != .readWrite { region.ceiling.remove(.write) }
        let limit = UInt64(Int64.max)
        guard byteCount <= limit, offset <= limit - byteCount else { throw .overflow }
        region.file = MappedOpenFile(file)
        if let device = file as? DeviceFile {
            guard device.device.mapping == .anonymous else { throw .operationNotSupportedByDevice }
            return describeZeros(&region, byteCount)
        }
        guard let pages = file.inode.pageCache else { throw .operationNotSupportedByDevice }
        if region.sharing == .shared { try respectSeals(&region, of: file.inode) }
        region.pages = pages
        region.firstPage = offset / 4096
    }

    /// A sealed file is mapped for reading only, from now on and for ever.
    private static func respectSeals(_ region: inout Region, of inode: Inode) throws(Errno) {
        // A file of another kind has none.
        guard let seals = try? inode.seals(), !seals.isDisjoint(with: .anyWrite) else { return }
        if region.protection.contains(.write) { throw .notPermitted }
        region.ceiling.remove(.write)
    }

    private static func place(
        _ region: Region, _ byteCount: UInt64, _ flags: MapFlags, _ address: UInt64, _ task: Task
    ) throws(Errno) -> UInt64 {
        let space = task.own.with { $0.space }
        let limit = task.process[limit: .addressSpace].soft
        if limit != ResourceLimit.infinity, space.figures.mapped * 4096 + byteCount > limit { throw .noMemory }
        if region.isData { try respectDataLimit(adding: byteCount, to: space, task) }
        let placement: Placement =
            flags.contains(.fixedNoReplace)
            ? .fixedIfFree(address)
            : flags.contains(.fixed)
                ? .fixed(address) : flags.contains(.low32Bits) ? .low(hint: address) : .anywhere(hint: address)
        if try reserve(around: ProgramHalf.hole, region, byteCount, placement, space) { return address }
        let start = try space.map(region, byteCount: byteCount, at: placement)
        if flags.contains(.populate) { populate(start, byteCount, region, space) }
        return start
    }

    /// Reserves addresses around the kernel's: what a program keeps free for itself (PROT_NONE) is out of reach there as it
    /// is. ThreadSanitizer reserves what lies between its areas, whatever that is.
    ///
    /// - Returns: whether it is such a reservation.
    private static func reserve(
        around hole: Range<UInt>, _ region: Region, _ byteCount: UInt64, _ placement: Placement, _ space: AddressSpace
    ) throws(Errno) -> Bool {
        guard region.protection.isEmpty, region.pages == nil, region.sharing == .privateCopy else { return false }
        let start: UInt64
        switch placement {
        case .fixed(let address), .fixedIfFree(let address): start = address
        case .anywhere, .low: return false
        }
        let end = start &+ byteCount
        guard start & 4095 == 0, start < UInt64(hole.lowerBound), end > UInt64(hole.upperBound) else { return false }
        let isExclusive = if case .fixedIfFree = placement { true } else { false }
        let above = UInt64(hole.upperBound)
        _ = try space.map(
            region, byteCount: UInt64(hole.lowerBound) - start, at: isExclusive ? .fixedIfFree(start) : .fixed(start))
        _ = try space.map(region, byteCount: end - above, at: isExclusive ? .fixedIfFree(above) : .fixed(above))
        return true
    }

    /// Touches every page; a page that cannot be had is left for its fault.
    private static func populate(_ start: UInt64, _ byteCount: UInt64, _ region: Region, _ space: AddressSpace) {
        let access: FaultAccess = region.protection.contains(.write) ? .write : []
        guard !region.protection.isEmpty else { return }
        var page = start
        while page < start + byteCount {
            guard case .served = space.fault(at: UInt(page), access) else { return }
            page += 4096
        }
    }
}
