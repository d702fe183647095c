// SPDX-License-Identifier: Apache-2.0

// The file header of a 64-bit little-endian ELF file, validated as Linux does before it runs a program (and a little more
// strictly: class, byte order and version are looked at, which Linux infers).
// It needs the first 64 bytes only: a kernel that holds one page of the file learns here where the program headers are.
// Sections are not looked at: a loader never needs them, and stripped files have none.
//
// Source: System V gABI "ELF Header"; fs/binfmt_elf.c behaviour as described in elf(5).

import ByteCodec

/// The processor that an ELF file is for: `e_machine`.
public struct ELFMachine: RawRepresentable, Equatable, Sendable {
    /// The value in the file.
    public let rawValue: UInt16
    /// Wraps a value of `e_machine`.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// AMD x86-64, EM_X86_64.
    public static let x86_64 = ELFMachine(rawValue: 62)
    /// Arm AArch64, EM_AARCH64.
    public static let aarch64 = ELFMachine(rawValue: 183)
    /// RISC-V, EM_RISCV.
    public static let riscv = ELFMachine(rawValue: 243)
}

/// The validated header of an ELF file that may be a program.
public struct ELFHeader: Equatable, Sendable {
    /// The kind of file, as far as programs go.
    public enum FileType: Equatable, Sendable {
        /// ET_EXEC: linked to run at fixed addresses.
        case fixedAddress
        /// ET_DYN: a position-independent program or a shared object.
        case positionIndependent
    }

    /// Size of the header in the file.
    public static let byteCount = 64
    /// Size of one program header in the file; no other `e_phentsize` is accepted.
    public static let programHeaderByteCount = 56

    /// The processor, which the caller compares with its own.
    public let machine: ELFMachine
    /// Fixed addresses or position-independent.
    public let type: FileType
    /// `e_entry`, without the slide of a position-independent program.
    public let entry: UInt64
    /// `e_flags`; on RISC-V the floating-point ABI.
    public let flags: UInt32
    /// `e_phoff`.
    public let programHeadersOffset: UInt64
    /// `e_phnum`, between 1 and 1170.
    public let programHeaderCount: Int

    /// Size of the program header table in bytes, at most 64 KiB.
    public var programHeadersByteCount: Int { programHeaderCount * Self.programHeaderByteCount }

    /// Reads and validates the header at the beginning of `bytes`.
    ///
    /// - Parameter bytes: the first bytes of the file; 64 suffice.
    /// - Throws: an `ELFError` that names the field; the machine is not judged.
    public init(parsing bytes: RawSpan) throws(ELFError) {
        guard bytes.byteCount >= 4 else { throw .headerTooShort(available: bytes.byteCount) }
        guard bytes.byte(at: 0) == 0x7f, bytes.byte(at: 1) == 0x45, bytes.byte(at: 2) == 0x4c,
            bytes.byte(at: 3) == 0x46
        else { throw .badMagic }
        guard bytes.byteCount >= Self.byteCount else { throw .headerTooShort(available: bytes.byteCount) }
        let elfClass = try bytes.headerField(UInt8.self, at: 4)
        guard elfClass == 2 else { throw .notSixtyFourBit(elfClass: elfClass) }
        let data = try bytes.headerField(UInt8.self, at: 5)
        guard data == 1 else { throw .notLittleEndian(data: data) }
        let identVersion = try bytes.headerField(UInt8.self, at: 6)
        guard identVersion == 1 else { throw .unknownVersion(UInt32(identVersion)) }
        switch try bytes.headerField(UInt16.self, at: 16) {
        case 2: type = .fixedAddress
        case 3: type = .positionIndependent
        case let other: throw .notExecutable(type: other)
        }
        machine = ELFMachine(rawValue: try bytes.headerField(UInt16.self, at: 18))
        let version = try bytes.headerField(UInt32.self, at: 20)
        guard version == 1 else { throw .unknownVersion(version) }
        entry = try bytes.headerField(UInt64.self, at: 24)
        programHeadersOffset = try bytes.headerField(UInt64.self, at: 32)
        flags = try bytes.headerField(UInt32.self, at: 48)
        let entrySize = try bytes.headerField(UInt16.self, at: 54)
        guard Int(entrySize) == Self.programHeaderByteCount else { throw .badProgramHeaderSize(entrySize) }
        let count = try bytes.headerField(UInt16.self, at: 56)
        // Linux reads at most 64 KiB of program headers; PN_XNUM (0xffff) is therefore refused as well.
        guard count > 0, Int(count) * Self.programHeaderByteCount <= 65536 else {
            throw .badProgramHeaderCount(count)
        }
        programHeaderCount = Int(count)
        // The file offset must fit a signed 64-bit off_t, also at the end of the table.
        guard programHeadersOffset <= UInt64(Int64.max) - 65536 else {
            throw .programHeadersOutsideFile(
                offset: programHeadersOffset, byteCount: Int(count) * Self.programHeaderByteCount)
        }
    }
}

extension RawSpan {
    /// A field of the file header; the caller has tested that all 64 bytes are there.
    func headerField<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) throws(ELFError) -> T {
        do throws(OutOfBounds) { return try littleEndian(type, at: offset) } catch {
            throw .headerTooShort(available: byteCount)
        }
    }
}
