// SPDX-License-Identifier: Apache-2.0
//
// Whether bytes are UTF-8, in as little code as that takes: the library's check also says what is wrong and how to mend
// it, and is ten times as large. Source: RFC 3629 §4, the syntax of well-formed byte sequences.

internal import Containers

enum UTF8Check {
    /// Whether all of the bytes are well-formed UTF-8.
    static func isValid(_ bytes: RawSpan) -> Bool {
        var missing = 0
        // What the next byte may be, if one is missing.
        var (low, high): (UInt8, UInt8) = (0x80, 0xbf)
        for offset in bytes.byteOffsets {
            let byte = bytes.byteSpan[offset]
            if missing > 0 {
                guard byte >= low, byte <= high else { return false }
                missing -= 1
                (low, high) = (0x80, 0xbf)
                continue
            }
            switch byte {
            case 0..<0x80: break
            case 0xc2..<0xe0: missing = 1
            case 0xe0..<0xf0:
                missing = 2
                if byte == 0xe0 { low = 0xa0 }  // shorter forms exist
                if byte == 0xed { high = 0x9f }  // surrogates
            case 0xf0..<0xf5:
                missing = 3
                if byte == 0xf0 { low = 0x90 }  // shorter forms exist
                if byte == 0xf4 { high = 0x8f }  // above U+10FFFF
            default: return false
            }
        }
        return missing == 0
    }
}
