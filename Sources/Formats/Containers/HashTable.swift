// SPDX-License-Identifier: Apache-2.0
//
// A chained hash table over a Slab: entries keep their slot number, which is a stable position for iteration while
// others come and go. The standard library's Dictionary cannot be used in the kernel: it traps without memory and pulls
// in floating point. Keys are bytes (HashTable+Bytes.swift) or integers (HashTable+Integers.swift).

/// What a search in a hash table looks at, by slot.
struct HashTableLink {
    var hash: UInt32
    var next: UInt32
}

/// A table from keys to values whose growth throws.
///
/// - Layout: `heads[hash & mask]` begins a chain of slots through `links`; at most one entry per head on average.
///   Hashes lie
///   beside the chain, so that a search touches only the entry it finds.
public struct HashTable<Key: ~Copyable, Value: ~Copyable>: ~Copyable {
    /// One key with its value.
    struct Entry: ~Copyable {
        let key: Key
        var value: Value
    }

    /// The place of an entry, valid until the entry is removed.
    public struct Position: Equatable, Sendable {
        /// The slot number; iteration visits positions in its order.
        public let slot: Int

        /// The entry of a slot number that is known to be taken.
        public init(slot: Int) {
            self.slot = slot
        }
    }

    private var entries: Slab<Entry>
    private var links: UniqueArray<HashTableLink>
    private var heads: RigidArray<UInt32>

    static var none: UInt32 { .max }

    /// Creates an empty table, which needs no memory.
    public init() {
        entries = Slab()
        links = UniqueArray()
        heads = RigidArray()
    }

    /// How many entries there are.
    public var count: Int { entries.count }

    /// Whether there is none.
    public var isEmpty: Bool { entries.count == 0 }

    /// Accesses the value at a position in place.
    public subscript(position: Position) -> Value {
        @inline(__always)
        _read { yield entries[position.slot].value }
        @inline(__always)
        _modify { yield &entries[position.slot].value }
    }

    /// Calls `body` with the key at a position.
    public func withKey<R: ~Copyable>(at position: Position, _ body: (borrowing Key) -> R) -> R {
        body(entries[position.slot].key)
    }

    /// The first entry's position at or behind a slot number; ask again with `slot + 1` for the next one.
    ///
    /// - Complexity: O(empty slots passed).
    public func nextPosition(fromSlot slot: Int) -> Position? {
        guard let slot = entries.nextOccupied(from: slot) else { return nil }
        return Position(slot: slot)
    }

    /// Makes sure that the next `additional` insertions cannot fail for want of room in the table.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        try entries.reserve(additional)
        try links.reserve(entries.count + additional - min(links.count, entries.count + additional))
        let needed = entries.count + additional
        if needed <= heads.count { return }
        var size = heads.count < 8 ? 8 : heads.count
        while size < needed { size *= 2 }
        var larger = try RigidArray<UInt32>(capacity: size)
        larger.extend(toCount: size, with: Self.none)
        var slot = entries.nextOccupied(from: 0)
        while let current = slot {
            let head = Int(links[current].hash) & (size - 1)
            links[current].next = larger[head]
            larger[head] = UInt32(truncatingIfNeeded: current)
            slot = entries.nextOccupied(from: current + 1)
        }
        heads = larger
    }

    @inline(__always)
    func find(hash: UInt32, where matches: (borrowing Key) -> Bool) -> Position? {
        if heads.isEmpty { return nil }
        var slot = heads[Int(hash) & (heads.count - 1)]
        while slot != Self.none {
            let current = Int(slot)
            let link = links[current]
            if link.hash == hash && matches(entries[current].key) { return Position(slot: current) }
            slot = link.next
        }
        return nil
    }

    /// Adds an entry; the caller knows that the key is absent and has reserved room.
    mutating func insertReserved(_ key: consuming Key, hash: UInt32, _ value: consuming Value) -> Position {
        let head = Int(hash) & (heads.count - 1)
        let slot = entries.insertReserved(Entry(key: key, value: value))
        let link = HashTableLink(hash: hash, next: heads[head])
        if slot == links.count { links.appendReserved(link) } else { links[slot] = link }
        heads[head] = UInt32(truncatingIfNeeded: slot)
        return Position(slot: slot)
    }

    /// Removes the entry at a position and returns its value.
    public mutating func remove(at position: Position) -> Value {
        unlink(position)
        return entries.remove(position.slot).takeValue()
    }

    /// Removes the entry at a position and returns its key.
    public mutating func removeKey(at position: Position) -> Key {
        unlink(position)
        return entries.remove(position.slot).takeKey()
    }

    private mutating func unlink(_ position: Position) {
        precondition(entries.isOccupied(position.slot))
        let next = links[position.slot].next
        let head = Int(links[position.slot].hash) & (heads.count - 1)
        if Int(heads[head]) == position.slot {
            heads[head] = next
        } else {
            var previous = Int(heads[head])
            while Int(links[previous].next) != position.slot { previous = Int(links[previous].next) }
            links[previous].next = next
        }
    }
}

extension HashTable.Entry where Key: ~Copyable, Value: ~Copyable {
    consuming func takeValue() -> Value { value }
    consuming func takeKey() -> Key { key }
}

extension HashTable: Sendable where Key: Sendable & ~Copyable, Value: Sendable & ~Copyable {}
extension HashTable.Entry: Sendable where Key: Sendable & ~Copyable, Value: Sendable & ~Copyable {}
