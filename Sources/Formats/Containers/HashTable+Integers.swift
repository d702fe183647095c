// SPDX-License-Identifier: Apache-2.0
//
// HashTable keyed by 64-bit integers: process numbers, inode numbers, futex addresses.

extension HashTable where Key == UInt64, Value: ~Copyable {
    /// The entry with that key.
    public func find(_ key: UInt64) -> Position? {
        find(hash: UInt32(truncatingIfNeeded: mixed(key))) { $0 == key }
    }

    /// Adds an entry.
    ///
    /// - Precondition: the key is absent.
    /// - Throws: `OutOfMemory`; the table is unchanged then and the value is destroyed.
    @discardableResult
    public mutating func insert(_ key: UInt64, _ value: consuming Value) throws(OutOfMemory) -> Position {
        try reserve(1)
        return insertReserved(key, value)
    }

    /// Adds an entry without growing.
    ///
    /// - Precondition: the key is absent, and `reserve` made room.
    @discardableResult
    public mutating func insertReserved(_ key: UInt64, _ value: consuming Value) -> Position {
        insertReserved(key, hash: UInt32(truncatingIfNeeded: mixed(key)), value)
    }

    /// Removes the entry with that key and returns its value.
    public mutating func remove(_ key: UInt64) -> Value? {
        guard let position = find(key) else { return nil }
        return remove(at: position)
    }

    /// The key at a position.
    public func key(at position: Position) -> UInt64 {
        withKey(at: position) { $0 }
    }
}
