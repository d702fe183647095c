// SPDX-License-Identifier: Apache-2.0

// Every way in which bytes can fail to be a newc archive, with the offset where it was noticed.
// Neighbours: CPIOReader.swift throws them; the tool and the kernel word them.

/// Why an archive cannot be read on.
public enum CPIOError: Error, Equatable, Sendable {
    /// No archive begins here: none of the known magics.
    case notAnArchive(offset: Int)
    /// A cpio archive of another kind than newc.
    case unsupportedVariant(CPIOVariant, offset: Int)
    /// Compressed data: unpack it first.
    case compressed(CompressionFormat, offset: Int)
    /// A header field holds something else than eight hexadecimal digits.
    case badDigit(offset: Int)
    /// The name is empty, longer than PATH_MAX, or not NUL-terminated.
    case badName(offset: Int)
    /// A header, name or file reaches behind the end.
    case truncated(offset: Int)
    /// The bytes end after a complete member, but the end mark "TRAILER!!!" never came.
    case missingTrailer(offset: Int)
}

/// The kinds of cpio archive that we recognise and refuse.
public enum CPIOVariant: Equatable, Sendable {
    /// Old binary, either byte order (magic 0o070707 as a 16-bit number).
    case binary
    /// Portable ASCII, "070707" (`cpio -H odc`).
    case portableASCII
    /// newc with checksums, "070702" (`cpio -H crc`).
    case checksummed
}
