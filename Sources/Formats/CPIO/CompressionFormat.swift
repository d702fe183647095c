// SPDX-License-Identifier: Apache-2.0

// Compression formats by their first bytes, so that a refusal can name the command that unpacks the file.
// Nothing here decompresses.
//
// Sources: RFC 1952 §2.3.1 (gzip), RFC 8878 §3.1.1 (zstd), the xz file format §2.1.1.1, lz4 frame format; compress(1).

import ByteCodec

/// A compression format.
public enum CompressionFormat: Equatable, Sendable {
    case gzip
    case xz
    case zstandard
    case bzip2
    case lz4
    /// compress(1), `.Z`.
    case compress
    /// The old `.lzma`.
    case lzma
    case lzop

    /// Recognises the format whose magic is at `offset`, or returns nil.
    public init?(recognizing bytes: RawSpan, at offset: Int = 0) {
        func starts(_ m0: UInt8, _ m1: UInt8, _ m2: UInt8? = nil, _ m3: UInt8? = nil) -> Bool {
            guard bytes.byte(at: offset) == m0, bytes.byte(at: offset + 1) == m1 else { return false }
            if let m2, bytes.byte(at: offset + 2) != m2 { return false }
            if let m3, bytes.byte(at: offset + 3) != m3 { return false }
            return true
        }
        if starts(0x1f, 0x8b) {
            self = .gzip
        } else if starts(0xfd, 0x37, 0x7a, 0x58) {
            self = .xz
        } else if starts(0x28, 0xb5, 0x2f, 0xfd) {
            self = .zstandard
        } else if starts(0x42, 0x5a, 0x68) {
            self = .bzip2
        } else if starts(0x04, 0x22, 0x4d, 0x18) || starts(0x02, 0x21, 0x4c, 0x18) {
            self = .lz4
        } else if starts(0x1f, 0x9d) {
            self = .compress
        } else if starts(0x5d, 0x00, 0x00) {
            self = .lzma
        } else if starts(0x89, 0x4c, 0x5a, 0x4f) {
            self = .lzop
        } else {
            return nil
        }
    }

    /// The command that unpacks a file of this format to standard output.
    public var unpackingCommand: StaticString {
        switch self {
        case .gzip, .compress: "gzip -dc"
        case .xz, .lzma: "xz -dc"
        case .zstandard: "zstd -dc"
        case .bzip2: "bzip2 -dc"
        case .lz4: "lz4 -dc"
        case .lzop: "lzop -dc"
        }
    }
}
