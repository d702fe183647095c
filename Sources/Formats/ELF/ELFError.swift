// SPDX-License-Identifier: Apache-2.0

// Every way in which a file can fail to be a program that we run, each with the facts that a message needs.
// The kernel answers all of them with ENOEXEC or EINVAL; the tool turns them into sentences.

/// Why a file is not a program that this machine can run.
public enum ELFError: Error, Equatable, Sendable {
    /// Fewer bytes than the header itself (64).
    case headerTooShort(available: Int)
    /// The first four bytes are not 0x7f 'E' 'L' 'F'.
    case badMagic
    /// Not ELFCLASS64: the value of `EI_CLASS`; 1 is a 32-bit file.
    case notSixtyFourBit(elfClass: UInt8)
    /// Not ELFDATA2LSB: the value of `EI_DATA`; 2 is big-endian.
    case notLittleEndian(data: UInt8)
    /// `EI_VERSION` or `e_version` is not 1.
    case unknownVersion(UInt32)
    /// Neither ET_EXEC nor ET_DYN: the value of `e_type`; 1 is an object file, 4 a core dump.
    case notExecutable(type: UInt16)
    /// `e_phentsize` is not 56.
    case badProgramHeaderSize(UInt16)
    /// `e_phnum` is 0, or the table is longer than 64 KiB.
    case badProgramHeaderCount(UInt16)
    /// The program header table does not lie in the file, or overflows a file offset.
    case programHeadersOutsideFile(offset: UInt64, byteCount: Int)
    /// The bytes handed over as the program header table are not the table's size.
    case programHeadersTruncated(expected: Int, available: Int)
    /// No PT_LOAD with a size.
    case nothingToLoad
    /// A segment's `p_filesz` is greater than its `p_memsz`.
    case fileSizeExceedsMemorySize(segment: Int)
    /// A segment's file range overflows or reaches behind the end of the file.
    case segmentOutsideFile(segment: Int)
    /// A segment's address range overflows or leaves the addresses of programs.
    case segmentOutsideAddressSpace(segment: Int)
    /// `p_offset` and `p_vaddr` differ modulo the page size, so the segment cannot be mapped.
    case segmentNotCongruent(segment: Int)
    /// The interpreter's name is shorter than 2 bytes, longer than PATH_MAX, or not NUL-terminated.
    case badInterpreter
    /// A note's sizes lead outside its segment.
    case badNote(offset: Int)
}
