// SPDX-License-Identifier: Apache-2.0
//
// What counts as a letter to Linux's terminals: Latin-1, whatever the program's locale is. Programs never see the
// difference unless they use IUCLC, OLCUC or erase words of bytes beyond ASCII without IUTF8.

/// Letters of Latin-1.
enum Letters {
    static func isUpper(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5a, 0xc0...0xd6, 0xd8...0xde: true
        default: false
        }
    }

    static func isLower(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7a, 0xdf...0xf6, 0xf8...0xff: true
        default: false
        }
    }

    /// A letter, a digit or an underscore: what VWERASE takes together.
    static func isWord(_ byte: UInt8) -> Bool {
        isUpper(byte) || isLower(byte) || (byte >= 0x30 && byte <= 0x39) || byte == 0x5f
    }
}
