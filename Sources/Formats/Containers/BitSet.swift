// SPDX-License-Identifier: Apache-2.0
//
// A growing set of small integers, one bit each: which descriptors are open, which are closed by exec(2).

/// A set of small non-negative integers whose growth throws.
public struct BitSet: ~Copyable, Sendable {
    private var words = UniqueArray<UInt64>()

    /// Creates an empty set, which needs no memory.
    public init() {}

    /// How many integers the set can hold without growing.
    public var capacity: Int { words.count * 64 }

    /// Makes room for all integers below `capacity`.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func reserve(capacity: Int) throws(OutOfMemory) {
        let needed = (capacity + 63) / 64
        if needed > words.count { try words.extend(toCount: needed, with: 0) }
    }

    /// Whether the set holds `member`.
    public func contains(_ member: Int) -> Bool {
        member >> 6 < words.count && words[member >> 6] >> UInt64(member & 63) & 1 != 0
    }

    /// Adds `member`.
    ///
    /// - Precondition: `member` is below `capacity`.
    public mutating func insert(_ member: Int) {
        words[member >> 6] |= 1 << UInt64(member & 63)
    }

    /// Removes `member`, if it is there.
    public mutating func remove(_ member: Int) {
        if member >> 6 < words.count { words[member >> 6] &= ~(1 << UInt64(member & 63)) }
    }

    /// The least integer at or above `start` that is not in the set; it may be beyond `capacity`.
    public func firstAbsent(from start: Int) -> Int {
        var word = start >> 6
        if word >= words.count { return start }
        var absent = ~words[word] & (UInt64.max << UInt64(start & 63))
        while absent == 0 {
            word += 1
            if word == words.count { return word * 64 }
            absent = ~words[word]
        }
        return word * 64 + absent.trailingZeroBitCount
    }

    /// The least member at or above `start`.
    public func firstMember(from start: Int) -> Int? {
        var word = start >> 6
        if word >= words.count { return nil }
        var present = words[word] & (UInt64.max << UInt64(start & 63))
        while present == 0 {
            word += 1
            if word == words.count { return nil }
            present = words[word]
        }
        return word * 64 + present.trailingZeroBitCount
    }
}
