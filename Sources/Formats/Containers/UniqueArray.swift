// SPDX-License-Identifier: Apache-2.0
//
// The growing array: RigidArray plus a growth policy (doubling, from 4). Whatever a program can size or count is kept
// in this instead of Swift's Array, whose growth traps when there is no memory.
// Every throwing operation leaves the array as it was.

/// An array that owns its elements and grows; growth throws.
public struct UniqueArray<Element: ~Copyable>: ~Copyable {
    private var storage: RigidArray<Element>

    /// Creates an empty array, which needs no memory.
    public init() {
        storage = RigidArray()
    }

    /// Creates an empty array with room for `capacity` elements.
    ///
    /// - Throws: `OutOfMemory`.
    public init(capacity: Int) throws(OutOfMemory) {
        storage = try RigidArray(capacity: capacity)
    }

    /// How many elements there are.
    public var count: Int { storage.count }

    /// How many elements there is room for without growing.
    public var capacity: Int { storage.capacity }

    /// Whether there is no element.
    public var isEmpty: Bool { storage.isEmpty }

    /// The elements, borrowed.
    public var span: Span<Element> {
        @_lifetime(borrow self)
        get { storage.span }
    }

    /// The elements, for changing in place.
    public var mutableSpan: MutableSpan<Element> {
        @_lifetime(&self)
        mutating get { storage.mutableSpan }
    }

    /// Accesses an element in place.
    ///
    /// - Precondition: `index` is in `0..<count`.
    public subscript(index: Int) -> Element {
        @inline(__always)
        _read { yield storage[index] }
        @inline(__always)
        _modify { yield &storage[index] }
    }

    /// Makes room for `additional` more elements, so that the next appends cannot fail.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        precondition(additional >= 0)
        if additional <= storage.capacity - storage.count { return }
        let (needed, overflow) = storage.count.addingReportingOverflow(additional)
        if overflow { throw OutOfMemory() }
        let doubled = storage.capacity < 4 ? 4 : storage.capacity &* 2
        try storage.resize(toCapacity: needed > doubled ? needed : doubled)
    }

    /// Makes room for exactly `capacity` elements; for arrays whose final size is known.
    ///
    /// - Precondition: `capacity` is not below `count`.
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func resize(toCapacity capacity: Int) throws(OutOfMemory) {
        try storage.resize(toCapacity: capacity)
    }

    /// Adds an element at the end.
    ///
    /// - Throws: `OutOfMemory`; the array is unchanged then and the element is destroyed (reserve first to keep it).
    /// - Complexity: O(1) amortised.
    public mutating func append(_ element: consuming Element) throws(OutOfMemory) {
        if storage.isFull { try reserve(1) }
        storage.append(element)
    }

    /// Adds an element at the end without growing.
    ///
    /// - Precondition: `reserve` made room.
    public mutating func appendReserved(_ element: consuming Element) {
        storage.append(element)
    }

    /// Puts an element at `index`, moving what was there and behind by one.
    ///
    /// - Precondition: `index` is in `0...count`.
    /// - Throws: `OutOfMemory`, as `append`.
    public mutating func insert(_ element: consuming Element, at index: Int) throws(OutOfMemory) {
        if storage.isFull { try reserve(1) }
        storage.insert(element, at: index)
    }

    /// Takes out the element at `index`, closing the gap.
    ///
    /// - Precondition: `index` is in `0..<count`.
    /// - Complexity: O(count − index).
    @discardableResult
    public mutating func remove(at index: Int) -> Element {
        storage.remove(at: index)
    }

    /// Takes out the element at `index`, putting the last one in its place.
    ///
    /// - Precondition: `index` is in `0..<count`.
    @discardableResult
    public mutating func swapRemove(at index: Int) -> Element {
        precondition(index >= 0 && index < count)
        var element = storage.removeLast()
        if index < storage.count { swap(&element, &storage[index]) }
        return element
    }

    /// Removes the last element and returns it.
    ///
    /// - Precondition: the array is not empty.
    @discardableResult
    public mutating func removeLast() -> Element {
        storage.removeLast()
    }

    /// Removes everything, keeping the room.
    public mutating func removeAll() {
        storage.removeAll()
    }
}

extension UniqueArray: Sendable where Element: Sendable & ~Copyable {}

extension UniqueArray where Element: BitwiseCopyable {
    /// Creates an array of copies of the span's elements, with no room to spare.
    ///
    /// - Throws: `OutOfMemory`.
    public init(copying elements: Span<Element>) throws(OutOfMemory) {
        storage = try RigidArray(capacity: elements.count)
        storage.append(copying: elements)
    }

    /// Adds copies of the span's elements at the end.
    ///
    /// - Throws: `OutOfMemory`; the array is unchanged then.
    public mutating func append(copying elements: Span<Element>) throws(OutOfMemory) {
        try reserve(elements.count)
        storage.append(copying: elements)
    }

    /// Adds copies of `element` until there are `newCount`.
    ///
    /// - Precondition: `newCount` is not below `count`.
    /// - Throws: `OutOfMemory`; the array is unchanged then.
    public mutating func extend(toCount newCount: Int, with element: Element) throws(OutOfMemory) {
        precondition(newCount >= storage.count)
        try reserve(newCount - storage.count)
        storage.extend(toCount: newCount, with: element)
    }

    /// Drops the elements from `newCount` on.
    ///
    /// - Precondition: `newCount` is in `0...count`.
    public mutating func truncate(toCount newCount: Int) {
        storage.truncate(toCount: newCount)
    }
}
