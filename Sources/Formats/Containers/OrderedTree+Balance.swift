// SPDX-License-Identifier: Apache-2.0
//
// How OrderedTree keeps its height logarithmic: AVL rotations on the way up, and walking from node to node.
// Source: Knuth, The Art of Computer Programming, volume 3, 6.2.3 (balanced trees).

/// Left or right, where a routine works for both.
enum TreeSide {
    case left
    case right

    var opposite: TreeSide { self == .left ? .right : .left }
}

extension OrderedTree where Payload: ~Copyable {
    func child(_ node: UInt32, _ side: TreeSide) -> UInt32 {
        side == .left ? nodes[Int(node)].left : nodes[Int(node)].right
    }

    private mutating func setChild(_ node: UInt32, _ side: TreeSide, _ child: UInt32) {
        if side == .left { nodes[Int(node)].left = child } else { nodes[Int(node)].right = child }
        if child != Self.none { nodes[Int(child)].parent = node }
    }

    /// The node at the end of the chain of `side` links.
    func outermost(_ node: UInt32, _ side: TreeSide) -> UInt32 {
        var node = node
        while child(node, side) != Self.none { node = child(node, side) }
        return node
    }

    /// The next node in the order towards `side`.
    func neighbour(_ node: UInt32, _ side: TreeSide) -> Position? {
        if child(node, side) != Self.none {
            return Position(node: outermost(child(node, side), side.opposite))
        }
        var node = node
        var parent = nodes[Int(node)].parent
        while parent != Self.none && child(parent, side) == node {
            node = parent
            parent = nodes[Int(node)].parent
        }
        return parent == Self.none ? nil : Position(node: parent)
    }

    private func height(_ node: UInt32) -> Int32 {
        node == Self.none ? 0 : nodes[Int(node)].height
    }

    /// Puts `replacement` where `node` hangs.
    private mutating func replace(_ node: UInt32, with replacement: UInt32) {
        let parent = nodes[Int(node)].parent
        if parent == Self.none {
            root = replacement
            if replacement != Self.none { nodes[Int(replacement)].parent = Self.none }
        } else {
            setChild(parent, nodes[Int(parent)].left == node ? .left : .right, replacement)
        }
    }

    /// Lets the child on `side` rise above `node`; returns it.
    private mutating func rotate(_ node: UInt32, raising side: TreeSide) -> UInt32 {
        let riser = child(node, side)
        replace(node, with: riser)
        setChild(node, side, child(riser, side.opposite))
        setChild(riser, side.opposite, node)
        updateHeight(node)
        updateHeight(riser)
        return riser
    }

    private mutating func updateHeight(_ node: UInt32) {
        nodes[Int(node)].height = 1 + max(height(nodes[Int(node)].left), height(nodes[Int(node)].right))
    }

    /// Restores heights and balance from `node` to the root.
    mutating func rebalance(from node: UInt32) {
        var node = node
        while node != Self.none {
            let before = nodes[Int(node)].height
            updateHeight(node)
            let lean = height(nodes[Int(node)].left) - height(nodes[Int(node)].right)
            if lean > 1 || lean < -1 {
                let side: TreeSide = lean > 1 ? .left : .right
                let heavy = child(node, side)
                if height(child(heavy, side)) < height(child(heavy, side.opposite)) {
                    _ = rotate(heavy, raising: side.opposite)
                }
                node = rotate(node, raising: side)
            } else if nodes[Int(node)].height == before && before != 1 {
                return
            }
            node = nodes[Int(node)].parent
        }
    }

    /// Takes a node out of the tree, leaving it in the slab.
    mutating func detach(_ node: UInt32) {
        let left = nodes[Int(node)].left
        let right = nodes[Int(node)].right
        if left == Self.none || right == Self.none {
            let parent = nodes[Int(node)].parent
            replace(node, with: left == Self.none ? right : left)
            rebalance(from: parent)
            return
        }
        // The successor takes the node's place; it has no left child.
        let successor = outermost(right, .left)
        var start = nodes[Int(successor)].parent
        if start == node {
            start = successor
        } else {
            replace(successor, with: nodes[Int(successor)].right)
            setChild(successor, .right, right)
        }
        replace(node, with: successor)
        setChild(successor, .left, left)
        nodes[Int(successor)].height = nodes[Int(node)].height
        rebalance(from: start)
    }
}
