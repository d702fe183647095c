// SPDX-License-Identifier: Apache-2.0

// One program header, and the table of them as a borrowed sequence.
// Nothing is judged here: ELFProgram.swift applies the rules that make a table a program.
//
// Source: System V gABI "Program Header".

import ByteCodec

/// One segment's description: where it is in the file and where it goes in memory.
public struct ELFProgramHeader: Equatable, Sendable {
    /// What a segment is for: `p_type`.
    public struct Kind: RawRepresentable, Equatable, Sendable {
        /// The value in the file.
        public let rawValue: UInt32
        /// Wraps a value of `p_type`.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// PT_LOAD: mapped into memory.
        public static let load = Kind(rawValue: 1)
        /// PT_DYNAMIC: what a dynamic linker (or a static PIE's own start code) reads.
        public static let dynamic = Kind(rawValue: 2)
        /// PT_INTERP: the name of the dynamic linker.
        public static let interpreter = Kind(rawValue: 3)
        /// PT_NOTE: notes; read them with `ELFNotes`.
        public static let note = Kind(rawValue: 4)
        /// PT_PHDR: where the table itself is in memory.
        public static let programHeaders = Kind(rawValue: 6)
        /// PT_TLS: the template of thread-local storage.
        public static let threadLocalStorage = Kind(rawValue: 7)
        /// PT_GNU_EH_FRAME: unwind tables.
        public static let exceptionFrames = Kind(rawValue: 0x6474_e550)
        /// PT_GNU_STACK: only its flags count, they are the stack's protection.
        public static let stack = Kind(rawValue: 0x6474_e551)
        /// PT_GNU_RELRO: what becomes read-only after relocation.
        public static let readOnlyAfterRelocation = Kind(rawValue: 0x6474_e552)
        /// PT_GNU_PROPERTY: a note of processor properties.
        public static let property = Kind(rawValue: 0x6474_e553)
    }

    /// What a segment may be used for: `p_flags`.
    public struct Permissions: OptionSet, Sendable {
        /// The value in the file.
        public let rawValue: UInt32
        /// Wraps a value of `p_flags`.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// PF_X.
        public static let execute = Permissions(rawValue: 1)
        /// PF_W.
        public static let write = Permissions(rawValue: 2)
        /// PF_R.
        public static let read = Permissions(rawValue: 4)
    }

    /// `p_type`.
    public let kind: Kind
    /// `p_flags`.
    public let permissions: Permissions
    /// `p_offset`: first byte in the file.
    public let fileOffset: UInt64
    /// `p_vaddr`: first address, without the slide.
    public let virtualAddress: UInt64
    /// `p_filesz`.
    public let fileSize: UInt64
    /// `p_memsz`; what exceeds the file size is zero.
    public let memorySize: UInt64
    /// `p_align`; 0 and 1 mean none. Not validated: Linux ignores what is no power of two.
    public let alignment: UInt64

    /// Reads the header at `offset` of the table; nil if it is not all there.
    public init?(parsing table: RawSpan, at offset: Int) {
        do throws(OutOfBounds) {
            kind = Kind(rawValue: try table.littleEndian(UInt32.self, at: offset))
            permissions = Permissions(rawValue: try table.littleEndian(UInt32.self, at: offset + 4))
            fileOffset = try table.littleEndian(UInt64.self, at: offset + 8)
            virtualAddress = try table.littleEndian(UInt64.self, at: offset + 16)
            fileSize = try table.littleEndian(UInt64.self, at: offset + 32)
            memorySize = try table.littleEndian(UInt64.self, at: offset + 40)
            alignment = try table.littleEndian(UInt64.self, at: offset + 48)
        } catch {
            return nil
        }
    }
}

/// The program header table, borrowed from the bytes of the file.
public struct ELFProgramHeaders: ~Escapable {
    private let bytes: RawSpan
    /// Number of headers.
    public let count: Int

    /// Wraps the table's bytes.
    ///
    /// - Parameter bytes: the file from `header.programHeadersOffset` on, `header.programHeadersByteCount` bytes or more.
    /// - Throws: `.programHeadersTruncated` if there are fewer.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, of header: ELFHeader) throws(ELFError) {
        guard bytes.byteCount >= header.programHeadersByteCount else {
            throw .programHeadersTruncated(expected: header.programHeadersByteCount, available: bytes.byteCount)
        }
        self.bytes = bytes
        self.count = header.programHeaderCount
    }

    /// The header at `index`, or nil behind the last.
    public subscript(index: Int) -> ELFProgramHeader? {
        guard index >= 0, index < count else { return nil }
        return ELFProgramHeader(parsing: bytes, at: index * ELFHeader.programHeaderByteCount)
    }

    /// The first header of a kind.
    ///
    /// - Complexity: O(count).
    public func first(_ kind: ELFProgramHeader.Kind) -> ELFProgramHeader? {
        for index in 0..<count {
            if let header = self[index], header.kind == kind { return header }
        }
        return nil
    }
}
