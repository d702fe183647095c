// SPDX-License-Identifier: Apache-2.0
//
// An array of fixed capacity in one allocation: the only container that touches raw memory. UniqueArray and all the
// trees and tables are made of it in safe code. Getting memory throws; nothing else can fail except by a trap on a
// broken precondition (an index out of bounds, an append to a full array).

import CAllocator

/// An array whose capacity is chosen once and that owns its elements.
///
/// - Layout: elements are contiguous, in index order; `count` of `capacity` slots are initialised.
@safe
public struct RigidArray<Element: ~Copyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>?

    /// How many elements there is room for.
    public private(set) var capacity: Int

    /// How many elements there are.
    public private(set) var count: Int

    /// Creates an empty array without room, which needs no memory.
    public init() {
        unsafe base = nil
        capacity = 0
        count = 0
    }

    /// Creates an empty array with room for `capacity` elements.
    ///
    /// - Throws: `OutOfMemory` if the allocator refuses or the byte count overflows.
    public init(capacity: Int) throws(OutOfMemory) {
        precondition(capacity >= 0)
        unsafe base = try RigidArray.allocate(capacity)
        self.capacity = capacity
        count = 0
    }

    deinit {
        // SAFETY: 1. the first `count` slots are initialised (invariant of every mutation below) and die with the array
        //         2. `base` came from apus_allocate, or is nil
        if let base = unsafe base {
            unsafe base.deinitialize(count: count)
            unsafe apus_deallocate(base)
        }
    }

    private static func allocate(_ capacity: Int) throws(OutOfMemory) -> UnsafeMutablePointer<Element>? {
        let (bytes, overflow) = MemoryLayout<Element>.stride.multipliedReportingOverflow(by: capacity)
        if overflow { throw OutOfMemory() }
        if bytes == 0 { return nil }
        guard let raw = unsafe apus_allocate(bytes, MemoryLayout<Element>.alignment) else { throw OutOfMemory() }
        // SAFETY: apus_allocate gave `bytes` bytes at Element's alignment, nobody else knows the address.
        return unsafe raw.bindMemory(to: Element.self, capacity: capacity)
    }

    /// Whether there is no element.
    public var isEmpty: Bool { count == 0 }

    /// Whether an append would be one too many.
    public var isFull: Bool { count == capacity }

    /// Accesses an element in place.
    ///
    /// - Precondition: `index` is in `0..<count`.
    public subscript(index: Int) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(index >= 0 && index < count)
            // SAFETY: the index is that of an initialised slot, and `base` is not nil because count > 0.
            return unsafe UnsafePointer(base.unsafelyUnwrapped + index)
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(index >= 0 && index < count)
            // SAFETY: as above; the exclusive access to self covers its elements.
            return unsafe base.unsafelyUnwrapped + index
        }
    }

    /// The elements, borrowed.
    public var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the first `count` slots are initialised, and stay so while self is borrowed.
            let span = unsafe Span(_unsafeStart: start, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The elements, for changing in place.
    public var mutableSpan: MutableSpan<Element> {
        @_lifetime(&self)
        mutating get {
            // SAFETY: as `span`; the access to self is exclusive while the span lives.
            let span = unsafe MutableSpan(_unsafeStart: start, count: count)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }

    /// A valid address even when there is no allocation: spans of zero elements need one on some targets.
    private var start: UnsafeMutablePointer<Element> {
        // SAFETY: the dangling value is aligned, not nil and never dereferenced, since count is 0 then.
        unsafe base ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped
    }

    /// Adds an element at the end.
    ///
    /// - Precondition: the array is not full.
    public mutating func append(_ element: consuming Element) {
        precondition(count < capacity)
        // SAFETY: slot `count` exists and is not initialised.
        unsafe (start + count).initialize(to: element)
        count += 1
    }

    /// Removes the last element and returns it.
    ///
    /// - Precondition: the array is not empty.
    public mutating func removeLast() -> Element {
        precondition(count > 0)
        count -= 1
        // SAFETY: the slot was initialised, and is outside `count` from now on.
        return unsafe (start + count).move()
    }

    /// Puts an element at `index`, moving what was there and behind by one.
    ///
    /// - Precondition: the array is not full, and `index` is in `0...count`.
    /// - Complexity: O(count − index).
    public mutating func insert(_ element: consuming Element, at index: Int) {
        precondition(count < capacity && index >= 0 && index <= count)
        // SAFETY: slots index..<count are initialised and move to index+1..<count+1, inside the capacity.
        unsafe (start + index + 1).moveInitialize(from: start + index, count: count - index)
        unsafe (start + index).initialize(to: element)
        count += 1
    }

    /// Takes out the element at `index`, closing the gap.
    ///
    /// - Precondition: `index` is in `0..<count`.
    /// - Complexity: O(count − index).
    public mutating func remove(at index: Int) -> Element {
        precondition(index >= 0 && index < count)
        // SAFETY: the slot is initialised; after the move it is filled from behind.
        let element = unsafe (start + index).move()
        unsafe (start + index).moveInitialize(from: start + index + 1, count: count - index - 1)
        count -= 1
        return element
    }

    /// Removes everything, keeping the room.
    public mutating func removeAll() {
        // SAFETY: the first `count` slots are initialised.
        unsafe start.deinitialize(count: count)
        count = 0
    }

    /// Changes the capacity, moving the elements to a new allocation.
    ///
    /// - Precondition: `newCapacity` is not below `count`.
    /// - Throws: `OutOfMemory`; the array is unchanged then.
    public mutating func resize(toCapacity newCapacity: Int) throws(OutOfMemory) {
        precondition(newCapacity >= count)
        if newCapacity == capacity { return }
        let newBase = unsafe try RigidArray.allocate(newCapacity)
        // SAFETY: both allocations hold at least `count` slots; the old ones are dead after the move.
        if let newBase = unsafe newBase { unsafe newBase.moveInitialize(from: start, count: count) }
        unsafe apus_deallocate(base)
        unsafe base = newBase
        capacity = newCapacity
    }
}

// SAFETY: the array owns its memory alone; sending it sends the elements, which are Sendable.
extension RigidArray: @unchecked Sendable where Element: Sendable & ~Copyable {}

extension RigidArray where Element: BitwiseCopyable {
    /// Adds copies of `element` until there are `newCount`.
    ///
    /// - Precondition: `newCount` is in `count...capacity`.
    public mutating func extend(toCount newCount: Int, with element: Element) {
        precondition(newCount >= count && newCount <= capacity)
        // SAFETY: slots count..<newCount exist and are not initialised; BitwiseCopyable needs no care.
        unsafe (start + count).initialize(repeating: element, count: newCount - count)
        count = newCount
    }

    /// Adds copies of the span's elements at the end.
    ///
    /// - Precondition: there is room for them.
    public mutating func append(copying elements: Span<Element>) {
        precondition(elements.count <= capacity - count)
        // SAFETY: the slots behind `count` exist and are not initialised; the span is a borrow of other memory,
        //         since `self` is accessed exclusively.
        unsafe elements.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            // As raw memory: typed, it is a loop over the elements, and most of these are the bytes of a name.
            unsafe UnsafeMutableRawPointer(start + count).copyMemory(
                from: first, byteCount: source.count * MemoryLayout<Element>.stride)
        }
        count += elements.count
    }

    /// Drops the elements from `newCount` on.
    ///
    /// - Precondition: `newCount` is in `0...count`.
    public mutating func truncate(toCount newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        count = newCount
    }
}
