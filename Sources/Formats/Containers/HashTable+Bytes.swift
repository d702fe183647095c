// SPDX-License-Identifier: Apache-2.0
//
// HashTable keyed by byte sequences (file names): looked up with a borrowed span, owned as ByteString.

extension HashTable where Key == ByteString, Value: ~Copyable {
    /// The entry with that key.
    ///
    /// - Complexity: O(key) expected.
    @inline(__always)  // a call would copy the table's fields: 25 instructions of some 100
    public func find(_ key: Span<UInt8>) -> Position? {
        find(hash: key.bytesHash) { $0.equals(key) }
    }

    /// Adds an entry whose key is a copy of the bytes.
    ///
    /// - Precondition: the key is absent.
    /// - Throws: `OutOfMemory`; the table is unchanged then and the value is destroyed.
    @discardableResult
    public mutating func insert(_ key: Span<UInt8>, _ value: consuming Value) throws(OutOfMemory) -> Position {
        try insert(key, hash: key.bytesHash, value)
    }

    private mutating func insert(
        _ key: Span<UInt8>, hash: UInt32, _ value: consuming Value
    ) throws(OutOfMemory) -> Position {
        let name = try ByteString(copying: key)
        try reserve(1)
        return insertReserved(name, hash: hash, value)
    }

    /// Adds an entry whose key is a copy of the bytes, unless there is one with that key.
    ///
    /// - Returns: nil if there is.
    /// - Throws: as `insert`.
    public mutating func insertIfAbsent(
        _ key: Span<UInt8>, _ value: consuming Value
    ) throws(OutOfMemory) -> Position? {
        let hash = key.bytesHash
        if find(hash: hash, where: { $0.equals(key) }) != nil { return nil }
        return try insert(key, hash: hash, value)
    }

    /// Adds an entry with a key that is owned already, without growing.
    ///
    /// - Precondition: the key is absent, and `reserve` made room.
    @discardableResult
    public mutating func insertReserved(_ key: consuming ByteString, _ value: consuming Value) -> Position {
        let hash = key.span.bytesHash
        return insertReserved(key, hash: hash, value)
    }

    /// Removes the entry with that key and returns its value.
    public mutating func remove(_ key: Span<UInt8>) -> Value? {
        guard let position = find(key) else { return nil }
        return remove(at: position)
    }
}
