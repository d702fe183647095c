// SPDX-License-Identifier: Apache-2.0

// What a PVH boot hands over: the start-of-day structure, its list of modules and its memory map.
// All addresses are physical; the caller maps them and hands the bytes in. Nothing is followed here.
//
// Source: Xen public ABI, arch-x86/hvm/start_info.h (versions 0 and 1), docs/misc/pvh.

import ByteCodec

/// Why a PVH structure cannot be used.
public enum PVHError: Error, Equatable, Sendable {
    /// Fewer bytes than the structure has.
    case truncated(available: Int)
    /// The first word is not 0x336ec578.
    case badMagic(UInt32)
}

/// The start-of-day structure, `struct hvm_start_info`.
public struct PVHStartInfo: Equatable, Sendable {
    /// `XEN_HVM_START_MAGIC_VALUE`.
    public static let magic: UInt32 = 0x336e_c578
    /// Bytes that suffice for every version that is known; version 0 has 40.
    public static let byteCount = 56

    /// Version of the structure; later ones only add.
    public let version: UInt32
    /// `SIF_…` flags of the first domain; zero elsewhere.
    public let flags: UInt32
    /// Number of modules; the first is the initial RAM disk.
    public let moduleCount: UInt32
    /// Physical address of the list of modules.
    public let modulesAddress: UInt64
    /// Physical address of the NUL-terminated command line, or 0.
    public let commandLineAddress: UInt64
    /// Physical address of the ACPI root pointer, or 0.
    public let rootPointerAddress: UInt64
    /// Physical address of the memory map, or 0; version 0 has none.
    public let memoryMapAddress: UInt64
    /// Number of entries of the memory map.
    public let memoryMapCount: UInt32

    /// Reads the structure at the beginning of `bytes`.
    public init(parsing bytes: RawSpan) throws(PVHError) {
        let found = try bytes.pvhField(UInt32.self, at: 0)
        guard found == Self.magic else { throw .badMagic(found) }
        version = try bytes.pvhField(UInt32.self, at: 4)
        flags = try bytes.pvhField(UInt32.self, at: 8)
        moduleCount = try bytes.pvhField(UInt32.self, at: 12)
        modulesAddress = try bytes.pvhField(UInt64.self, at: 16)
        commandLineAddress = try bytes.pvhField(UInt64.self, at: 24)
        rootPointerAddress = try bytes.pvhField(UInt64.self, at: 32)
        if version >= 1 {
            memoryMapAddress = try bytes.pvhField(UInt64.self, at: 40)
            memoryMapCount = try bytes.pvhField(UInt32.self, at: 48)
        } else {
            memoryMapAddress = 0
            memoryMapCount = 0
        }
    }
}

/// One module, `struct hvm_modlist_entry`.
public struct PVHModule: Equatable, Sendable {
    /// Distance from one entry to the next.
    public static let byteCount = 32

    /// Physical address of the first byte.
    public let address: UInt64
    /// Number of bytes.
    public let size: UInt64
    /// Physical address of the module's NUL-terminated command line, or 0.
    public let commandLineAddress: UInt64

    /// Reads the entry at `index` of the list in `bytes`.
    public init(parsing bytes: RawSpan, index: Int = 0) throws(PVHError) {
        let (offset, overflow) = index.multipliedReportingOverflow(by: Self.byteCount)
        guard !overflow else { throw .truncated(available: bytes.byteCount) }
        address = try bytes.pvhField(UInt64.self, at: offset)
        size = try bytes.pvhField(UInt64.self, at: offset + 8)
        commandLineAddress = try bytes.pvhField(UInt64.self, at: offset + 16)
    }
}

/// One range of physical addresses, `struct hvm_memmap_table_entry`.
public struct PVHMemoryRange: Equatable, Sendable {
    /// Distance from one entry to the next.
    public static let byteCount = 24

    /// What a range is; the numbers are those of the BIOS's E820 map.
    public struct Kind: RawRepresentable, Equatable, Sendable {
        /// The value in the map.
        public let rawValue: UInt32
        /// Wraps a value of the map.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Usable memory.
        public static let memory = Kind(rawValue: 1)
        /// Not to be touched.
        public static let reserved = Kind(rawValue: 2)
        /// ACPI tables; usable once they have been read.
        public static let tables = Kind(rawValue: 3)
        /// ACPI's non-volatile storage.
        public static let nonVolatileStorage = Kind(rawValue: 4)
        /// Defective memory.
        public static let unusable = Kind(rawValue: 5)
        /// Switched off.
        public static let disabled = Kind(rawValue: 6)
        /// Persistent memory.
        public static let persistent = Kind(rawValue: 7)
    }

    /// First physical address.
    public let address: UInt64
    /// Number of bytes.
    public let size: UInt64
    /// What is there.
    public let kind: Kind

    /// Reads the entry at `index` of the map in `bytes`.
    public init(parsing bytes: RawSpan, index: Int = 0) throws(PVHError) {
        let (offset, overflow) = index.multipliedReportingOverflow(by: Self.byteCount)
        guard !overflow else { throw .truncated(available: bytes.byteCount) }
        address = try bytes.pvhField(UInt64.self, at: offset)
        size = try bytes.pvhField(UInt64.self, at: offset + 8)
        kind = Kind(rawValue: try bytes.pvhField(UInt32.self, at: offset + 16))
    }
}

extension RawSpan {
    fileprivate func pvhField<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int)
        throws(PVHError) -> T
    {
        do throws(OutOfBounds) { return try littleEndian(type, at: offset) } catch {
            throw .truncated(available: byteCount)
        }
    }
}
