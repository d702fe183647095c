// SPDX-License-Identifier: Apache-2.0

// Eight hexadecimal digits become a number without a loop: each step works on all eight bytes of a word. An archive has
// fourteen such numbers for every file, and a boot reads them all.

extension UInt32 {
    /// The number that eight ASCII digits of either case say, the first in the most significant byte; nil if one is no digit.
    init?(hexadecimal text: UInt64) {
        let every: UInt64 = 0x0101_0101_0101_0101
        guard text & (every * 0x80) == 0 else { return nil }
        // Below 0x80, adding 0x80 minus a bound sets a byte's top bit exactly if it reaches the bound: no carry leaves a byte.
        func atLeast(_ bound: UInt64, _ bytes: UInt64) -> UInt64 { (bytes + every * (0x80 - bound)) >> 7 & every }
        let lower = text | every * 0x20  // only letters become letters
        let isDecimal = atLeast(0x30, text) & ~atLeast(0x3a, text)
        let isLetter = atLeast(0x61, lower) & ~atLeast(0x67, lower)
        guard isDecimal | isLetter == every else { return nil }
        // 'a' is 0x61: its low half is 1, and it stands for 10.
        let nibbles = (text & (every * 0x0f)) + isLetter * 9
        let pairs = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff
        let quads = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff
        self = UInt32(truncatingIfNeeded: quads | quads >> 16)
    }
}
