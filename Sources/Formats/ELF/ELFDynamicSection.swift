// SPDX-License-Identifier: Apache-2.0

// What a dynamic object says it needs: the entries of PT_DYNAMIC that name other files.
// Names are places in the string table (DT_STRTAB), which is found by its address in memory; the file offset follows from
// the loadable segments. Everything else in the section is the dynamic linker's business.
//
// Source: System V gABI "Dynamic Section"; ld.so(8) for DT_RPATH and DT_RUNPATH.

import ByteCodec

/// The dynamic section of an object, as places in its string table.
public struct ELFDynamicSection: ~Escapable {
    /// An entry's meaning: `d_tag`.
    public struct Tag: RawRepresentable, Equatable, Sendable {
        /// The value in the file.
        public let rawValue: UInt64
        /// Wraps a value of `d_tag`.
        public init(rawValue: UInt64) { self.rawValue = rawValue }
        /// DT_NULL: the section's end.
        public static let end = Tag(rawValue: 0)
        /// DT_NEEDED: the name of a library.
        public static let needed = Tag(rawValue: 1)
        /// DT_STRTAB: the address of the string table.
        public static let stringTable = Tag(rawValue: 5)
        /// DT_STRSZ: its size in bytes.
        public static let stringTableSize = Tag(rawValue: 10)
        /// DT_SONAME: the object's own name.
        public static let ownName = Tag(rawValue: 14)
        /// DT_RPATH: folders to search before LD_LIBRARY_PATH, for this object and those it loads.
        public static let oldSearchPath = Tag(rawValue: 15)
        /// DT_RUNPATH: folders to search after LD_LIBRARY_PATH, for this object alone.
        public static let searchPath = Tag(rawValue: 29)
        /// DT_FLAGS_1; bit 11 is DF_1_NODEFLIB.
        public static let flags1 = Tag(rawValue: 0x6fff_fffb)
    }

    /// One entry.
    public struct Entry: Equatable, Sendable {
        /// `d_tag`.
        public let tag: Tag
        /// `d_val` or `d_ptr`; for names the offset in the string table.
        public let value: UInt64
    }

    private var reader: ByteReader

    /// Starts at the first entry.
    ///
    /// - Parameter bytes: the contents of PT_DYNAMIC.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) { reader = ByteReader(bytes) }

    /// The next entry; nil behind DT_NULL or the last whole entry.
    @_lifetime(self: copy self)
    public mutating func next() -> Entry? {
        guard reader.remaining >= 16 else { return nil }
        do throws(OutOfBounds) {
            let tag = Tag(rawValue: try reader.readLittleEndian(UInt64.self))
            let value = try reader.readLittleEndian(UInt64.self)
            if tag == .end {
                _ = try reader.skip(reader.remaining)
                return nil
            }
            return Entry(tag: tag, value: value)
        } catch {
            return nil
        }
    }
}

extension ELFProgramHeaders {
    /// Where in the file an address of the loaded object comes from; nil if no segment has it in its file part.
    ///
    /// - Complexity: O(count).
    public func fileOffset(of address: UInt64) -> UInt64? {
        for index in 0..<count {
            guard let segment = self[index], segment.kind == .load, address >= segment.virtualAddress else { continue }
            let offset = address - segment.virtualAddress
            guard offset < segment.fileSize else { continue }
            let (sum, overflow) = segment.fileOffset.addingReportingOverflow(offset)
            return overflow ? nil : sum
        }
        return nil
    }
}
