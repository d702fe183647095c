// SPDX-License-Identifier: Apache-2.0
//
// The nodes of a RadixTree: 64 slots and a bit map each, numbered, in chunks, so that a tree of a million pages never
// needs one large allocation and a tree of 64 pages takes a single small one.

/// One node: which slots are present, and their values or node numbers.
struct RadixNode: Sendable {
    var present: UInt64 = 0
    var slots = InlineArray<64, UInt32>(repeating: 0)
}

/// A store of nodes by number, with a free list.
///
/// - Layout: the first chunk has room for one node until a second one is needed, then every chunk for eight.
struct RadixNodes: ~Copyable, Sendable {
    private static var chunkSize: Int { 8 }

    private var chunks = UniqueArray<UniqueArray<RadixNode>>()
    /// Nodes that the chunks have room for, and how many of them were ever made.
    private var room = 0
    private var used = 0
    private var firstFree: UInt32 = .max
    private var freeCount = 0

    /// The value of a slot, if it is present.
    @inline(__always)
    func value(_ node: UInt32, _ digit: Int) -> UInt32? {
        let number = Int(node)
        if chunks[number &>> 3][number & 7].present &>> UInt64(digit) & 1 == 0 { return nil }
        return chunks[number &>> 3][number & 7].slots[digit]
    }

    /// Sets the value of a slot.
    mutating func set(_ node: UInt32, _ digit: Int, _ value: UInt32) {
        chunks[Int(node) >> 3][Int(node) & 7].slots[digit] = value
        chunks[Int(node) >> 3][Int(node) & 7].present |= 1 << UInt64(digit)
    }

    /// Clears a slot; answers whether the node still has others.
    mutating func clear(_ node: UInt32, _ digit: Int) -> Bool {
        chunks[Int(node) >> 3][Int(node) & 7].present &= ~(1 << UInt64(digit))
        return chunks[Int(node) >> 3][Int(node) & 7].present != 0
    }

    /// The first present slot at or behind `digit`.
    func nextPresent(_ node: UInt32, from digit: Int) -> Int? {
        if digit > 63 { return nil }
        let rest = chunks[Int(node) >> 3][Int(node) & 7].present >> UInt64(digit)
        return rest == 0 ? nil : digit + rest.trailingZeroBitCount
    }

    /// Makes sure that the next `additional` calls of `make` need no memory.
    ///
    /// Chunks added before a failure stay and serve the next attempt.
    mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        let needed = used + additional - freeCount
        if needed <= room { return }
        if needed == 1 {
            try chunks.reserve(1)
            chunks.appendReserved(try UniqueArray(capacity: 1))
            room = 1
            return
        }
        if room == 1 {
            try chunks[0].resize(toCapacity: Self.chunkSize)
            room = Self.chunkSize
        }
        while room < needed {
            try chunks.reserve(1)
            chunks.appendReserved(try UniqueArray(capacity: Self.chunkSize))
            room += Self.chunkSize
        }
    }

    /// An empty node; `reserve` made sure that there is room.
    mutating func make() -> UInt32 {
        if firstFree != .max {
            let node = firstFree
            firstFree = chunks[Int(node) >> 3][Int(node) & 7].slots[0]
            freeCount -= 1
            return node
        }
        let node = used
        chunks[node >> 3].appendReserved(RadixNode())
        used += 1
        return UInt32(node)
    }

    /// Gives a node back; its slots are all clear.
    mutating func free(_ node: UInt32) {
        chunks[Int(node) >> 3][Int(node) & 7].slots[0] = firstFree
        firstFree = node
        freeCount += 1
    }
}
