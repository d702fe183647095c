// SPDX-License-Identifier: Apache-2.0
//
// Four-level page tables (SDM vol. 3 §4.5, table 4-19). An entry that is not present is ignored by the CPU: one that
// still holds a frame is a page that its owner may not touch (PROT_NONE).

public import Memory
public import Processor

/// The entries of x86-64 page tables.
public enum X86PageTableFormat: PageTableFormat {
    static let present: UInt64 = 1 << 0
    static let writable: UInt64 = 1 << 1
    static let program: UInt64 = 1 << 2
    static let cacheDisable: UInt64 = 1 << 4 | 1 << 3
    static let accessed: UInt64 = 1 << 5
    static let dirty: UInt64 = 1 << 6
    static let large: UInt64 = 1 << 7
    static let global: UInt64 = 1 << 8
    static let hidden: UInt64 = 1 << 9
    static let noExecute: UInt64 = 1 << 63
    static let frameMask: UInt64 = 0x000f_ffff_ffff_f000

    /// The entry that maps the first 2 MiB of memory one to one, for CPUs that start there.
    package static var lowMemory: UInt64 { present | writable | large }

    /// See `PageTableFormat`.
    public static var levels: Int { 4 }
    /// See `PageTableFormat`.
    public static var indexBits: Int { 9 }
    /// See `PageTableFormat`.
    public static var empty: UInt64 { 0 }

    static func flags(_ permissions: PagePermissions) -> UInt64 {
        guard !permissions.isDisjoint(with: [.read, .write, .execute]) else { return hidden }
        var bits = present
        if permissions.contains(.write) { bits |= writable }
        if !permissions.contains(.execute) { bits |= noExecute }
        if permissions.contains(.program) { bits |= program }
        if permissions.contains(.device) { bits |= cacheDisable }
        if permissions.contains(.global) { bits |= global }
        return bits
    }

    /// See `PageTableFormat`.
    public static func leaf(_ frame: FrameNumber, _ permissions: PagePermissions) -> UInt64 {
        frame.physicalAddress.rawValue | flags(permissions)
    }

    /// See `PageTableFormat`.
    public static func table(_ frame: FrameNumber) -> UInt64 {
        frame.physicalAddress.rawValue | present | writable | program
    }

    /// See `PageTableFormat`.
    @inline(__always) public static func isPresent(_ entry: UInt64) -> Bool { entry & present != 0 }

    /// See `PageTableFormat`.
    @inline(__always) public static func frame(_ entry: UInt64) -> FrameNumber {
        PhysicalAddress(entry & frameMask).frame
    }

    /// See `PageTableFormat`.
    public static func changing(_ entry: UInt64, to permissions: PagePermissions) -> UInt64 {
        replacing(entry, permissionBits: flags(permissions))
    }

    /// See `PageTableFormat`.
    public static func permissionBits(_ permissions: PagePermissions) -> UInt64 { flags(permissions) }

    /// See `PageTableFormat`.
    @inline(__always) public static func replacing(_ entry: UInt64, permissionBits: UInt64) -> UInt64 {
        (entry & (frameMask | accessed | dirty)) | permissionBits
    }

    /// See `PageTableFormat`.
    public static func permissions(_ entry: UInt64) -> PagePermissions {
        if entry & hidden != 0 { return [] }
        var permissions: PagePermissions = .read
        if entry & writable != 0 { permissions.insert(.write) }
        if entry & noExecute == 0 { permissions.insert(.execute) }
        if entry & program != 0 { permissions.insert(.program) }
        if entry & cacheDisable != 0 { permissions.insert(.device) }
        if entry & global != 0 { permissions.insert(.global) }
        return permissions
    }

    /// See `PageTableFormat`.
    @inline(__always) public static func isDirty(_ entry: UInt64) -> Bool { entry & dirty != 0 }
}
