// SPDX-License-Identifier: Apache-2.0
//
// The ChaCha20 block function (RFC 8439 §2.3): 64 bytes from a key of 256 bits, a counter and a nonce.

/// The ChaCha20 permutation and its block function.
struct ChaCha20 {
    private static func quarter(_ s: inout InlineArray<16, UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        s[a] &+= s[b]
        s[d] = rotate(s[d] ^ s[a], 16)
        s[c] &+= s[d]
        s[b] = rotate(s[b] ^ s[c], 12)
        s[a] &+= s[b]
        s[d] = rotate(s[d] ^ s[a], 8)
        s[c] &+= s[d]
        s[b] = rotate(s[b] ^ s[c], 7)
    }

    private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }

    /// One block of key stream, as 16 little-endian words.
    static func block(key: InlineArray<8, UInt32>, counter: UInt32, nonce: InlineArray<3, UInt32>) -> InlineArray<
        16, UInt32
    > {
        let initial: InlineArray<16, UInt32> = [
            0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574,
            key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7],
            counter, nonce[0], nonce[1], nonce[2],
        ]
        var s = initial
        for _ in 0..<10 {
            quarter(&s, 0, 4, 8, 12)
            quarter(&s, 1, 5, 9, 13)
            quarter(&s, 2, 6, 10, 14)
            quarter(&s, 3, 7, 11, 15)
            quarter(&s, 0, 5, 10, 15)
            quarter(&s, 1, 6, 11, 12)
            quarter(&s, 2, 7, 8, 13)
            quarter(&s, 3, 4, 9, 14)
        }
        for i in s.indices { s[i] &+= initial[i] }
        return s
    }
}
