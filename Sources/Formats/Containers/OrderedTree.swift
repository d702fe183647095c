// SPDX-License-Identifier: Apache-2.0
//
// A balanced search tree (AVL) from 64-bit keys to owned payloads: the regions of an address space, timers, file locks.
// Nodes live in a Slab and are linked by number, so a position stays valid while others come and go, and no pointer is
// involved. Balancing is in OrderedTree+Balance.swift.

/// A map from `UInt64` to payloads that keeps the order of its keys.
public struct OrderedTree<Payload: ~Copyable>: ~Copyable {
    /// One key with its payload and links.
    struct Node: ~Copyable {
        var key: UInt64
        var parent: UInt32
        var left: UInt32 = .max
        var right: UInt32 = .max
        var height: Int32 = 1
        var payload: Payload
    }

    /// The place of an entry, valid until that entry is removed.
    public struct Position: Equatable, Sendable {
        let node: UInt32
    }

    var nodes = Slab<Node>()
    var root = UInt32.max

    static var none: UInt32 { .max }

    /// Creates an empty tree, which needs no memory.
    public init() {}

    /// How many entries there are.
    public var count: Int { nodes.count }

    /// Whether there is none.
    public var isEmpty: Bool { nodes.count == 0 }

    /// The length of the longest path from the root, for tests of the balance.
    public var height: Int { root == Self.none ? 0 : Int(nodes[Int(root)].height) }

    /// Makes sure that the next `additional` insertions cannot fail.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        try nodes.reserve(additional)
    }

    /// Accesses the payload at a position in place.
    public subscript(position: Position) -> Payload {
        @inline(__always)
        _read { yield nodes[Int(position.node)].payload }
        @inline(__always)
        _modify { yield &nodes[Int(position.node)].payload }
    }

    /// The key at a position.
    public func key(at position: Position) -> UInt64 {
        nodes[Int(position.node)].key
    }

    /// Changes the key at a position without moving it in the order.
    ///
    /// - Precondition: the new key lies strictly between the neighbours' keys.
    public mutating func setKey(at position: Position, to key: UInt64) {
        if let before = previous(position) { precondition(self.key(at: before) < key) }
        if let behind = next(position) { precondition(key < self.key(at: behind)) }
        nodes[Int(position.node)].key = key
    }

    /// The entry with exactly that key.
    ///
    /// - Complexity: O(log count), as all searches here.
    public func find(_ key: UInt64) -> Position? {
        guard let position = floor(key), self.key(at: position) == key else { return nil }
        return position
    }

    /// The entry with the greatest key at or below `key`.
    public func floor(_ key: UInt64) -> Position? {
        var best = Self.none
        var node = root
        while node != Self.none {
            if nodes[Int(node)].key <= key {
                best = node
                node = nodes[Int(node)].right
            } else {
                node = nodes[Int(node)].left
            }
        }
        return position(best)
    }

    /// The entry with the least key at or above `key`.
    public func ceiling(_ key: UInt64) -> Position? {
        var best = Self.none
        var node = root
        while node != Self.none {
            if nodes[Int(node)].key >= key {
                best = node
                node = nodes[Int(node)].left
            } else {
                node = nodes[Int(node)].right
            }
        }
        return position(best)
    }

    /// The entry with the least key.
    public var first: Position? {
        root == Self.none ? nil : position(outermost(root, .left))
    }

    /// The entry with the greatest key.
    public var last: Position? {
        root == Self.none ? nil : position(outermost(root, .right))
    }

    /// The entry behind a position.
    public func next(_ position: Position) -> Position? {
        neighbour(position.node, .right)
    }

    /// The entry before a position.
    public func previous(_ position: Position) -> Position? {
        neighbour(position.node, .left)
    }

    /// Adds an entry.
    ///
    /// - Precondition: the key is absent.
    /// - Throws: `OutOfMemory`; the tree is unchanged then and the payload is destroyed (reserve first to keep it).
    @discardableResult
    public mutating func insert(_ key: UInt64, _ payload: consuming Payload) throws(OutOfMemory) -> Position {
        try nodes.reserve(1)
        return insertReserved(key, payload)
    }

    /// Adds an entry without growing.
    ///
    /// - Precondition: the key is absent, and `reserve` made room.
    @discardableResult
    public mutating func insertReserved(_ key: UInt64, _ payload: consuming Payload) -> Position {
        var parent = Self.none
        var link = root
        while link != Self.none {
            parent = link
            precondition(nodes[Int(link)].key != key)
            link = key < nodes[Int(link)].key ? nodes[Int(link)].left : nodes[Int(link)].right
        }
        let node = UInt32(nodes.insertReserved(Node(key: key, parent: parent, payload: payload)))
        if parent == Self.none {
            root = node
        } else if key < nodes[Int(parent)].key {
            nodes[Int(parent)].left = node
        } else {
            nodes[Int(parent)].right = node
        }
        rebalance(from: parent)
        return Position(node: node)
    }

    /// Removes the entry at a position and returns its payload.
    public mutating func remove(at position: Position) -> Payload {
        detach(position.node)
        return nodes.remove(Int(position.node)).takePayload()
    }

    /// Removes the entry with that key and returns its payload.
    public mutating func remove(_ key: UInt64) -> Payload? {
        guard let position = find(key) else { return nil }
        return remove(at: position)
    }

    private func position(_ node: UInt32) -> Position? {
        node == Self.none ? nil : Position(node: node)
    }
}

extension OrderedTree.Node where Payload: ~Copyable {
    consuming func takePayload() -> Payload { payload }
}

extension OrderedTree: Sendable where Payload: Sendable & ~Copyable {}
extension OrderedTree.Node: Sendable where Payload: Sendable & ~Copyable {}
