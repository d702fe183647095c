// SPDX-License-Identifier: Apache-2.0
//
// The page tables of programs: the architecture's format, and a new space with the kernel's part in it. In unit tests the
// same trees are built in the test's arena and no CPU ever looks at them.

public import Containers
public import Memory
public import Processor
internal import X86_64

/// The page table format of this architecture: the one name by which the layers above know it.
public enum NativePageFormat: PageTableFormat {
    private typealias Format = X86PageTableFormat

    /// See `PageTableFormat`.
    public static var levels: Int { Format.levels }
    /// See `PageTableFormat`.
    public static var indexBits: Int { Format.indexBits }
    /// See `PageTableFormat`.
    public static var empty: UInt64 { Format.empty }
    /// See `PageTableFormat`.
    public static func leaf(_ frame: FrameNumber, _ permissions: PagePermissions) -> UInt64 {
        Format.leaf(frame, permissions)
    }
    /// See `PageTableFormat`.
    public static func table(_ frame: FrameNumber) -> UInt64 { Format.table(frame) }
    /// See `PageTableFormat`.
    @inline(__always) public static func isPresent(_ entry: UInt64) -> Bool { Format.isPresent(entry) }
    /// See `PageTableFormat`.
    @inline(__always) public static func frame(_ entry: UInt64) -> FrameNumber { Format.frame(entry) }
    /// See `PageTableFormat`.
    public static func changing(_ entry: UInt64, to permissions: PagePermissions) -> UInt64 {
        Format.changing(entry, to: permissions)
    }
    /// See `PageTableFormat`.
    public static func permissionBits(_ permissions: PagePermissions) -> UInt64 { Format.permissionBits(permissions) }
    /// See `PageTableFormat`.
    @inline(__always) public static func replacing(_ entry: UInt64, permissionBits: UInt64) -> UInt64 {
        Format.replacing(entry, permissionBits: permissionBits)
    }
    /// See `PageTableFormat`.
    public static func permissions(_ entry: UInt64) -> PagePermissions { Format.permissions(entry) }
    /// See `PageTableFormat`.
    public static func isDirty(_ entry: UInt64) -> Bool { Format.isDirty(entry) }
}

/// Page tables of one program.
public typealias ProgramTables = PageTable<NativePageFormat>

extension PageTable where Format == NativePageFormat {
    /// Empty tables with the kernel's part.
    ///
    /// - Throws: `OutOfMemory`.
    public static func makeForProgram() throws(OutOfMemory) -> ProgramTables {
        #if os(none)
        return try ProgramTables(sharing: KernelLayout.slots, of: KernelSpace.template)
        #else
        return try ProgramTables(sharing: 0..<0, of: FrameNumber(0))
        #endif
    }
}
