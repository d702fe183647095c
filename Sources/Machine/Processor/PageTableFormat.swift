// SPDX-License-Identifier: Apache-2.0
//
// What differs between page tables of the architectures: the shape of an entry and of the tree. The walk, the mapping
// of ranges and the freeing of tables are written once, in PageTable.

public import Memory

/// What a page may be used for.
public struct PagePermissions: OptionSet, Sendable {
    /// The bits below.
    public let rawValue: UInt8
    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Loads.
    public static let read = PagePermissions(rawValue: 1)
    /// Stores.
    public static let write = PagePermissions(rawValue: 2)
    /// Instruction fetches.
    public static let execute = PagePermissions(rawValue: 4)
    /// By the program; without it, by the kernel alone.
    public static let program = PagePermissions(rawValue: 8)
    /// Device registers: not cached, in order.
    public static let device = PagePermissions(rawValue: 16)
    /// In every address space: stays in the TLB over a switch.
    public static let global = PagePermissions(rawValue: 32)
}

/// The page tables of one architecture.
public protocol PageTableFormat {
    /// Levels of tables; 4 for x86-64 with 48-bit addresses.
    static var levels: Int { get }
    /// The number of index bits of each level; entries are 8 bytes.
    static var indexBits: Int { get }
    /// An entry that maps nothing.
    static var empty: UInt64 { get }

    /// An entry that maps a page. Permissions without read, write and execute make an entry that keeps the frame and
    /// faults on every access (PROT_NONE).
    static func leaf(_ frame: FrameNumber, _ permissions: PagePermissions) -> UInt64
    /// An entry that points to the next table, permitting all that its leaves permit.
    static func table(_ frame: FrameNumber) -> UInt64
    /// Whether an entry maps a page that can be accessed, or points to a table.
    static func isPresent(_ entry: UInt64) -> Bool
    /// The frame of an entry that is not empty.
    static func frame(_ entry: UInt64) -> FrameNumber
    /// The same leaf with other permissions; accessed and dirty marks stay.
    static func changing(_ entry: UInt64, to permissions: PagePermissions) -> UInt64
    /// The part of a leaf that its permissions make, and the leaf with that part replaced: `changing` in two halves,
    /// for many pages that change in the same way.
    static func permissionBits(_ permissions: PagePermissions) -> UInt64
    /// See `permissionBits`.
    static func replacing(_ entry: UInt64, permissionBits: UInt64) -> UInt64
    /// What a leaf permits.
    static func permissions(_ entry: UInt64) -> PagePermissions
    /// Whether the page was written since it was mapped.
    static func isDirty(_ entry: UInt64) -> Bool
}
