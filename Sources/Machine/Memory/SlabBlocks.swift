// SPDX-License-Identifier: Apache-2.0
//
// Which blocks of a slab can be had: a list of those that came back, threaded through them by offset, and behind it the
// fresh ones, which were never handed out and are not touched before they are: cutting a whole frame into blocks at
// once would be most of what a small image spends on its way to `main`.

/// A slab's word in its frame's descriptor: the first block that came back, and the first fresh one.
struct SlabBlocks {
    /// As the descriptor keeps it: the list's head below, the first fresh block's offset above.
    private(set) var rawValue: UInt32

    private static var none: UInt32 { 0xffff }

    /// A slab of which nothing was handed out yet.
    static var allFresh: SlabBlocks { SlabBlocks(none) }

    init(_ rawValue: UInt32) { self.rawValue = rawValue }

    private var list: UInt32 { rawValue & 0xffff }
    private var fresh: UInt32 { rawValue >> 16 }

    /// Whether the next block is a fresh one.
    var isFresh: Bool { list == SlabBlocks.none }
    /// The offset of the next block.
    var firstFree: Int { Int(isFresh ? fresh : list) }

    /// Whether there is no block left, of blocks of `size` bytes.
    func isExhausted(_ size: Int) -> Bool { isFresh && Int(fresh) + size > pageSize }

    /// Takes the next block, a fresh one of `size` bytes.
    mutating func takeFresh(_ size: Int) { rawValue &+= UInt32(truncatingIfNeeded: size) << 16 }

    /// Takes the next block, which names the one after it.
    mutating func takeFree(next: UInt32) { rawValue = rawValue & 0xffff_0000 | next }

    /// Puts a block back.
    ///
    /// - Returns: what the block must hold: the offset of the one after it.
    mutating func put(_ offset: UInt32) -> UInt32 {
        let next = list
        rawValue = rawValue & 0xffff_0000 | offset
        return next
    }
}
