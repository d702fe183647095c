// SPDX-License-Identifier: Apache-2.0
//
// The nodes of a RadixTree: 64 slots and a bit map each, numbered, in chunks, so that a tree of a million pages never
// needs one large allocation and a tree of 64 pages takes a single small one.

/// A store of nodes by number, with a free list.
///
/// - Layout: a node is 66 words: a bit map of the present slots, low half first, then the 64 slots. Words and not a
///   structure, because reading one slot of an inline array copies the array. The first chunk has room for one node until
///   a second one is needed, then every chunk for eight.
struct RadixNodes: ~Copyable, Sendable {
    private static var chunkSize: Int { 8 }
    private static var nodeSize: Int { 66 }

    private var chunks = UniqueArray<RigidArray<UInt32>>()
    /// Nodes that the chunks have room for, and how many of them were ever made.
    private var room = 0
    private var used = 0
    private var firstFree: UInt32 = .max
    private var freeCount = 0

    @inline(__always)
    private subscript(node: UInt32, word: Int) -> UInt32 {
        get { chunks[Int(node) &>> 3][(Int(node) & 7) &* Self.nodeSize &+ word] }
        set { chunks[Int(node) &>> 3][(Int(node) & 7) &* Self.nodeSize &+ word] = newValue }
    }

    /// The value of a slot, if it is present.
    @inline(__always)
    func value(_ node: UInt32, _ digit: Int) -> UInt32? {
        if self[node, digit &>> 5] &>> UInt32(digit & 31) & 1 == 0 { return nil }
        return self[node, 2 &+ digit]
    }

    /// Sets the value of a slot.
    mutating func set(_ node: UInt32, _ digit: Int, _ value: UInt32) {
        self[node, 2 + digit] = value
        self[node, digit >> 5] |= 1 << UInt32(digit & 31)
    }

    /// Clears a slot; answers whether the node still has others.
    mutating func clear(_ node: UInt32, _ digit: Int) -> Bool {
        self[node, digit >> 5] &= ~(1 << UInt32(digit & 31))
        return present(node) != 0
    }

    /// The first present slot at or behind `digit`.
    func nextPresent(_ node: UInt32, from digit: Int) -> Int? {
        if digit > 63 { return nil }
        let rest = present(node) >> UInt64(digit)
        return rest == 0 ? nil : digit + rest.trailingZeroBitCount
    }

    private func present(_ node: UInt32) -> UInt64 {
        UInt64(self[node, 0]) | UInt64(self[node, 1]) << 32
    }

    /// Makes sure that the next `additional` calls of `make` need no memory.
    ///
    /// Chunks added before a failure stay and serve the next attempt.
    mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        let needed = used + additional - freeCount
        if needed <= room { return }
        if needed == 1 {
            try chunks.reserve(1)
            chunks.appendReserved(try RigidArray(capacity: Self.nodeSize))
            room = 1
            return
        }
        if room == 1 {
            try chunks[0].resize(toCapacity: Self.chunkSize * Self.nodeSize)
            room = Self.chunkSize
        }
        while room < needed {
            try chunks.reserve(1)
            chunks.appendReserved(try RigidArray(capacity: Self.chunkSize * Self.nodeSize))
            room += Self.chunkSize
        }
    }

    /// An empty node; `reserve` made sure that there is room.
    mutating func make() -> UInt32 {
        if firstFree != .max {
            let node = firstFree
            firstFree = self[node, 2]
            freeCount -= 1
            return node
        }
        let node = used
        chunks[node >> 3].extend(toCount: (node & 7) * Self.nodeSize + Self.nodeSize, with: 0)
        used += 1
        return UInt32(node)
    }

    /// Gives a node back; its slots are all clear.
    mutating func free(_ node: UInt32) {
        self[node, 2] = firstFree
        firstFree = node
        freeCount += 1
    }
}
