// SPDX-License-Identifier: Apache-2.0
//
// The corners where kernel arrays are lent to the copy routines as raw bytes.

public import LinuxABI

extension UserMemory {
    /// Reads `count` bytes into the start of a chunk.
    static func readChunk(_ address: UserAddress, _ count: Int, _ chunk: inout InlineArray<64, UInt8>) throws(Errno) {
        var span = chunk.mutableSpan
        var first = span.extracting(first: count)
        // SAFETY: bytes of an array that this function has exclusive access to; any bit pattern is a byte.
        var raw = unsafe first.mutableBytes
        try read(address, into: &raw)
    }

    /// Reads bytes into an array.
    ///
    /// - Throws: `.badAddress`.
    public static func read(_ address: UserAddress, into bytes: inout [UInt8]) throws(Errno) {
        var span = bytes.mutableSpan
        // SAFETY: as above.
        var raw = unsafe span.mutableBytes
        try read(address, into: &raw)
    }

    /// Writes an array's bytes.
    ///
    /// - Throws: `.badAddress`.
    public static func write(_ bytes: [UInt8], to address: UserAddress) throws(Errno) {
        // SAFETY: reading bytes of an array that is not changed meanwhile.
        try write(unsafe bytes.span.bytes, to: address)
    }
}
