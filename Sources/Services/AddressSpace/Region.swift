// SPDX-License-Identifier: Apache-2.0
//
// A range of pages that behave alike: what Linux calls a VMA. Regions never overlap; neighbours that are alike are one.

public import LinuxABI
internal import Machine
public import PageCache
internal import Processor

/// A mapped range of a program's addresses. Its start is its key in the tree of regions.
public struct Region: Sendable {
    /// What a store to the region changes.
    public enum Sharing: Sendable {
        /// The program's own copy (MAP_PRIVATE).
        case privateCopy
        /// What everybody sees who maps it (MAP_SHARED).
        case shared
    }

    /// What a region is for, where /proc/PID/maps says it.
    public enum Purpose: Sendable {
        /// Nothing special.
        case plain
        /// The heap that brk(2) moves.
        case heap
        /// The first thread's stack.
        case stack
        /// The code that the kernel lends.
        case vdso
        /// The data that this code reads.
        case vvar
    }

    /// One past its last address.
    public var end: UInt64
    /// What the program may do.
    public var protection: ProtectionFlags
    /// The most that mprotect(2) may permit: a shared mapping of a file opened for reading is never writable.
    public var ceiling: ProtectionFlags
    /// See `Sharing`.
    public var sharing: Sharing
    /// Where pages come from; nil for zeros.
    public var pages: PageCache?
    /// The page of `pages` at the region's start.
    public var firstPage: UInt64
    /// Keeps the mapped file alive, and knows its name.
    public var file: (any MappedFile)?
    /// See `Purpose`.
    public var purpose: Purpose
    /// Grows downwards when touched below its start.
    public var growsDown: Bool

    /// Creates a region.
    public init(
        end: UInt64, protection: ProtectionFlags, sharing: Sharing = .privateCopy, pages: PageCache? = nil,
        firstPage: UInt64 = 0, ceiling: ProtectionFlags = [.read, .write, .execute], file: (any MappedFile)? = nil,
        purpose: Purpose = .plain, growsDown: Bool = false
    ) {
        self.end = end
        self.protection = protection
        self.ceiling = ceiling
        self.sharing = sharing
        self.pages = pages
        self.firstPage = firstPage
        self.file = file
        self.purpose = purpose
        self.growsDown = growsDown
    }

    /// What page table entries of the region may permit.
    var permissions: PagePermissions {
        var permissions: PagePermissions = [.program]
        if protection.contains(.read) { permissions.insert(.read) }
        if protection.contains(.write) { permissions.formUnion([.read, .write]) }
        if protection.contains(.execute) { permissions.formUnion([.read, .execute]) }
        return permissions
    }

    /// Whether the region, which starts at `start`, goes on in `next`, which starts at its end.
    func continues(in next: Region, start: UInt64) -> Bool {
        guard protection == next.protection, ceiling == next.ceiling, sharing == next.sharing, purpose == next.purpose,
            growsDown == next.growsDown, pages === next.pages
        else { return false }
        if pages == nil { return sharing == .privateCopy }
        return file === next.file && firstPage + (end - start) / 4096 == next.firstPage
    }
}

/// A file that can be mapped: what a region keeps of it.
public protocol MappedFile: AnyObject, Sendable {
    /// Its path as /proc/PID/maps shows it.
    var mappedPath: [UInt8] { get }
    /// Its inode number and device, likewise.
    var mappedIdentity: (inode: UInt64, device: UInt64) { get }
}
