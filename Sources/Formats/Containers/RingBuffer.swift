// SPDX-License-Identifier: Apache-2.0
//
// A first-in, first-out buffer of bytes with a fixed capacity: pipes, terminals, streams. It neither blocks nor wakes;
// whoever owns it holds a lock and a wait queue.

/// A queue of bytes of fixed capacity.
public struct RingBuffer: ~Copyable, Sendable {
    private var storage: RigidArray<UInt8>
    private var first = 0

    /// How many bytes are waiting.
    public private(set) var count = 0

    /// Creates an empty buffer for `capacity` bytes.
    ///
    /// - Precondition: `capacity` is above zero.
    /// - Throws: `OutOfMemory`.
    public init(capacity: Int) throws(OutOfMemory) {
        precondition(capacity > 0)
        storage = try RigidArray(capacity: capacity)
        storage.extend(toCount: capacity, with: 0)
    }

    /// How many bytes fit altogether.
    public var capacity: Int { storage.count }

    /// How many more bytes fit now.
    public var room: Int { storage.count - count }

    /// Whether nothing is waiting.
    public var isEmpty: Bool { count == 0 }

    /// Appends as many of the bytes as fit and returns how many that were.
    public mutating func write(_ bytes: RawSpan) -> Int {
        let total = min(bytes.byteCount, room)
        let start = wrap(first + count)
        let head = min(total, storage.count - start)
        var target = storage.mutableSpan
        var raw = target.rawBytes
        copyBytes(bytes.extracting(0..<head), to: &raw, at: start)
        copyBytes(bytes.extracting(head..<total), to: &raw, at: 0)
        count += total
        return total
    }

    /// Appends one byte if it fits, and tells whether it did.
    public mutating func write(byte: UInt8) -> Bool {
        if room == 0 { return false }
        storage[wrap(first + count)] = byte
        count += 1
        return true
    }

    /// Moves as many bytes as there are and fit into `destination`, and returns how many that were.
    public mutating func read(into destination: inout MutableRawSpan) -> Int {
        let total = peek(into: &destination)
        discard(total)
        return total
    }

    /// Copies the oldest bytes without removing them, and returns how many that were.
    public func peek(into destination: inout MutableRawSpan) -> Int {
        let total = min(destination.byteCount, count)
        let head = min(total, storage.count - first)
        let bytes = storage.span.rawBytes
        copyBytes(bytes.extracting(first..<first + head), to: &destination, at: 0)
        copyBytes(bytes.extracting(0..<total - head), to: &destination, at: head)
        return total
    }

    /// Removes the oldest byte and returns it.
    public mutating func readByte() -> UInt8? {
        if count == 0 { return nil }
        let byte = storage[first]
        discard(1)
        return byte
    }

    /// The oldest bytes that lie in one piece; the rest follows once these are discarded.
    public var oldest: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.rawBytes.extracting(first..<first + min(count, storage.count - first)) }
    }

    /// Removes the oldest bytes.
    ///
    /// - Precondition: there are that many.
    public mutating func discard(_ byteCount: Int) {
        precondition(byteCount >= 0 && byteCount <= count)
        count -= byteCount
        first = count == 0 ? 0 : wrap(first + byteCount)
    }

    /// Changes the capacity, keeping the bytes.
    ///
    /// - Precondition: `capacity` is above zero and not below `count`.
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func resize(toCapacity capacity: Int) throws(OutOfMemory) {
        precondition(capacity > 0 && capacity >= count)
        var larger = try RigidArray<UInt8>(capacity: capacity)
        larger.extend(toCount: capacity, with: 0)
        var target = larger.mutableSpan
        var raw = target.rawBytes
        _ = peek(into: &raw)
        storage = larger
        first = 0
    }

    private func wrap(_ position: Int) -> Int {
        position >= storage.count ? position - storage.count : position
    }
}
