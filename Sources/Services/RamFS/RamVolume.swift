// SPDX-License-Identifier: Apache-2.0
//
// A file system in memory, as tmpfs: limits on pages and inodes, numbers for inodes. What is in it are RamDirectory,
// RamFile, RamLink and RamInode; how the boot archive gets in is RamPopulator.

public import FileSystem
public import LinuxABI
import PageCache
import Sync
import Synchronization

/// An instance of the file system in memory.
public final class RamVolume: Volume, @unchecked Sendable {
    let pages: PageBudget
    private let inodeBound: Atomic<UInt64>
    /// The root is there from the start.
    private let inodeCount = Atomic<UInt64>(1)
    /// Bytes of extended attributes.
    private let attributeBytes = Atomic<Int>(0)
    private let nextNumber = Atomic<UInt64>(1)
    /// The archive that some of its files still lie in.
    let archive = SetOnce<ArchivedFiles>()

    /// Creates an instance with an empty root directory of mode 0755, or 1777 for a `/tmp`.
    ///
    /// - Parameters:
    ///   - pageLimit: pages that the files together may hold.
    ///   - inodeLimit: inodes that there may be.
    public init(
        device: DeviceNumber, typeName: StaticString = "tmpfs", pageLimit: UInt64, inodeLimit: UInt64,
        rootPermissions: Permissions = Permissions(rawValue: 0o755)
    ) {
        pages = PageBudget(limit: pageLimit)
        inodeBound = Atomic(inodeLimit)
        super.init(device: device, typeName: typeName)
        let description = NewInode(mode: FileMode(.directory, rootPermissions))
        setRoot(RamDirectory(volume: self, description))
    }

    private var inodeLimit: UInt64 { inodeBound.load(ordering: .relaxed) }

    /// The pages that files may hold, and the inodes that there may be.
    public var limits: (pages: UInt64, inodes: UInt64) { (pages.figures.limit, inodeLimit) }

    /// Changes both.
    ///
    /// - Throws: `.invalidArgument` for less than is in use.
    public func setLimits(pages pageLimit: UInt64, inodes: UInt64) throws(Errno) {
        if pageLimit < pages.figures.used || inodes < inodeCount.load(ordering: .relaxed) { throw .invalidArgument }
        pages.setLimit(pageLimit)
        inodeBound.store(inodes, ordering: .relaxed)
    }

    /// Takes one inode out of the limit.
    ///
    /// - Throws: `.noSpace`.
    func takeInode() throws(Errno) {
        let count = inodeCount.wrappingAdd(1, ordering: .relaxed).newValue
        if count > inodeLimit {
            inodeCount.wrappingSubtract(1, ordering: .relaxed)
            throw .noSpace
        }
    }

    func giveInode() {
        inodeCount.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Takes bytes for extended attributes; an inode's share is 1024, as in tmpfs.
    ///
    /// - Throws: `.noSpace`.
    func takeAttributeBytes(_ count: Int) throws(Errno) {
        let (limit, overflow) = inodeLimit.multipliedReportingOverflow(by: 1024)
        let bytes = attributeBytes.wrappingAdd(count, ordering: .relaxed).newValue
        if !overflow, UInt64(bytes) > limit {
            giveAttributeBytes(count)
            throw .noSpace
        }
    }

    func giveAttributeBytes(_ count: Int) {
        attributeBytes.wrappingSubtract(count, ordering: .relaxed)
    }

    /// A number that no inode of this volume had before.
    func makeNumber() -> UInt64 {
        nextNumber.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// Leaves numbers below a bound to somebody else.
    func skipNumbers(upTo bound: UInt64) {
        let next = nextNumber.load(ordering: .relaxed)
        if next < bound { nextNumber.store(bound, ordering: .relaxed) }
    }

    /// Limits what may still be written, in pages, whatever is in the files already.
    public func limitGrowth(to count: UInt64) {
        pages.setLimit(pages.figures.used + count)
    }

    public override func status() -> FileSystemStatus {
        // TMPFS_MAGIC, statfs(2).
        var status = FileSystemStatus(magic: 0x0102_1994)
        let (used, limit) = pages.figures
        status.blocks = limit
        status.freeBlocks = limit > used ? limit - used : 0
        status.availableBlocks = status.freeBlocks
        status.inodes = inodeLimit
        status.freeInodes = inodeLimit - min(inodeLimit, inodeCount.load(ordering: .relaxed))
        status.identity = UInt64(device.minor)
        return status
    }

    public override func tearDown(_ root: Inode) {
        // From the leaves up, so that neither the stack nor a chain of releases grows with the depth of the tree.
        guard var current = root as? RamDirectory else { return }
        while true {
            while let below = current.directoryWithEntries() { current = below }
            let parent = current === root ? nil : current.parent as? RamDirectory
            current.removeAllEntries()
            guard let parent else { return }
            current = parent
        }
    }
}
