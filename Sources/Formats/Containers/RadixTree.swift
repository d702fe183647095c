// SPDX-License-Identifier: Apache-2.0
//
// A sparse map from page index to a 32-bit number (a frame number): the form of a page cache. Six bits of the index per
// level; a tree holding index 0 alone needs no memory at all, 64 pages need one node. Nodes live in RadixNodes.swift.
//
//     height 0          height 1                 height 2
//     [value of 0]      node: 64 values          node: 64 nodes of 64 values

/// A sparse map from `UInt64` to `UInt32` that iterates in order.
///
/// - Note: Keys are below 2^60.
public struct RadixTree: ~Copyable, Sendable {
    private var nodes = RadixNodes()
    /// The root node's number, or the value of index 0 while `height` is 0.
    private var root: UInt32 = 0
    private var height = 0

    /// How many indices have a value.
    public private(set) var count = 0

    /// One index with its value.
    public struct Element: Equatable, Sendable {
        /// The index.
        public let index: UInt64
        /// Its value.
        public let value: UInt32
    }

    /// Creates an empty tree, which needs no memory.
    public init() {}

    /// The highest index that a tree of that height can hold.
    private static func limit(_ height: Int) -> UInt64 {
        (1 &<< UInt64(truncatingIfNeeded: 6 &* height)) &- 1
    }

    private static func digit(_ index: UInt64, _ level: Int) -> Int {
        Int(truncatingIfNeeded: index &>> UInt64(truncatingIfNeeded: 6 &* (level &- 1)) & 63)
    }

    /// The value of an index.
    ///
    /// - Complexity: one step per six bits of the highest index.
    @inline(__always)  // a call would copy the tree's fields: as much as the search
    public subscript(index: UInt64) -> UInt32? {
        if count == 0 || index > Self.limit(height) { return nil }
        var node = root
        var level = height
        while level > 0 {
            guard let next = nodes.value(node, Self.digit(index, level)) else { return nil }
            node = next
            level &-= 1
        }
        return node
    }

    /// Sets the value of an index and returns the one it had.
    ///
    /// - Precondition: `index` is below 2^60.
    /// - Throws: `OutOfMemory`; the tree is unchanged then.
    @discardableResult
    public mutating func set(_ index: UInt64, to value: UInt32) throws(OutOfMemory) -> UInt32? {
        precondition(index < 1 << 60)
        if count == 0 { height = 0 }
        if index == 0 && height == 0 {
            let old = count == 0 ? nil : root
            root = value
            count = 1
            return old
        }
        try nodes.reserve(missingNodes(for: index))
        raise(toHold: index)
        var node = root
        var level = height
        while level > 1 {
            let digit = Self.digit(index, level)
            if let next = nodes.value(node, digit) {
                node = next
            } else {
                let next = nodes.make()
                nodes.set(node, digit, next)
                node = next
            }
            level -= 1
        }
        let old = nodes.value(node, Self.digit(index, 1))
        nodes.set(node, Self.digit(index, 1), value)
        if old == nil { count += 1 }
        return old
    }

    private func missingNodes(for index: UInt64) -> Int {
        var needed = height
        while index > Self.limit(needed) { needed += 1 }
        if count == 0 { return needed }
        if needed > height { return needed - height + needed - 1 }
        var node = root
        var level = height
        while level > 1 {
            guard let next = nodes.value(node, Self.digit(index, level)) else { return level - 1 }
            node = next
            level -= 1
        }
        return 0
    }

    private mutating func raise(toHold index: UInt64) {
        if count == 0 {
            while index > Self.limit(height) { height += 1 }
            root = nodes.make()
        } else {
            while index > Self.limit(height) {
                let above = nodes.make()
                nodes.set(above, 0, root)
                root = above
                height += 1
            }
        }
    }

    /// Removes the value of an index and returns it.
    @discardableResult
    public mutating func remove(_ index: UInt64) -> UInt32? {
        guard let value = self[index] else { return nil }
        count -= 1
        if height > 0 { root = removing(index, from: root, level: height) ?? 0 }
        if count == 0 { height = 0 }
        return value
    }

    /// Removes an index that is present below a node; nil when the node became empty and was freed.
    ///
    /// Recursion is bounded by the height, which is at most ten.
    private mutating func removing(_ index: UInt64, from node: UInt32, level: Int) -> UInt32? {
        let digit = Self.digit(index, level)
        if level > 1, let below = nodes.value(node, digit), removing(index, from: below, level: level - 1) != nil {
            return node
        }
        if nodes.clear(node, digit) { return node }
        nodes.free(node)
        return nil
    }

    /// The first index with a value at or behind `index`.
    ///
    /// - Complexity: one step per six bits of the highest index; holes are skipped by bit maps.
    public func next(from index: UInt64) -> Element? {
        if count == 0 || index > Self.limit(height) { return nil }
        if height == 0 { return Element(index: 0, value: root) }
        return next(from: index, in: root, level: height)
    }

    private func next(from index: UInt64, in node: UInt32, level: Int) -> Element? {
        let first = Self.digit(index, level)
        var digit = nodes.nextPresent(node, from: first)
        while let current = digit, let below = nodes.value(node, current) {
            let base = UInt64(current) << UInt64(6 * (level - 1))
            if level == 1 { return Element(index: base, value: below) }
            // Behind the first digit, everything below counts: start at 0 there.
            let start = current == first ? index & Self.limit(level - 1) : 0
            if let found = next(from: start, in: below, level: level - 1) {
                return Element(index: base + found.index, value: found.value)
            }
            digit = nodes.nextPresent(node, from: current + 1)
        }
        return nil
    }

    /// Removes all indices of a range, handing each one to `body`.
    ///
    /// - Parameter body: must not use the tree.
    public mutating func removeAll(in range: Range<UInt64>, _ body: (Element) -> Void) {
        var start = range.lowerBound
        while let element = next(from: start), element.index < range.upperBound {
            remove(element.index)
            body(element)
            start = element.index + 1
        }
    }
}
