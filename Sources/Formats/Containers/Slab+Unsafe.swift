// SPDX-License-Identifier: Apache-2.0
//
// Slots with stable numbers: an element keeps its slot until it is removed, a freed slot is used again first. HashTable
// and OrderedTree link their elements by slot number, which is safer than pointers and half the size. Directories use
// the slot number as the position that getdents(2) remembers.

import CAllocator

/// Storage whose elements keep their slot number from insertion to removal.
///
/// - Layout: `links[slot]` is `occupied`, or the next free slot, or `none`; elements are in an allocation of their own.
@safe
public struct Slab<Element: ~Copyable>: ~Copyable {
    private var links: RigidArray<UInt32>
    private var elements: UnsafeMutablePointer<Element>?
    private var firstFree: UInt32

    /// How many elements there are.
    public private(set) var count: Int

    private static var occupied: UInt32 { .max }
    private static var none: UInt32 { .max - 1 }

    /// Creates an empty slab, which needs no memory.
    public init() {
        links = RigidArray()
        unsafe elements = nil
        firstFree = Slab.none
        count = 0
    }

    deinit {
        var slot = 0
        while slot < links.count {
            // SAFETY: an occupied slot is initialised; nobody sees it after this.
            if links[slot] == Slab.occupied { unsafe (base + slot).deinitialize(count: 1) }
            slot += 1
        }
        if let elements = unsafe elements { unsafe apus_deallocate(elements) }
    }

    /// One more than the highest slot number ever used.
    public var slotCount: Int { links.count }

    private var base: UnsafeMutablePointer<Element> {
        // SAFETY: only used for slots below links.count, which exist only once `elements` is there.
        unsafe elements.unsafelyUnwrapped
    }

    /// Whether there is an element in that slot.
    public func isOccupied(_ slot: Int) -> Bool {
        slot >= 0 && slot < links.count && links[slot] == Slab.occupied
    }

    /// Accesses the element of a slot in place.
    ///
    /// - Precondition: the slot is occupied.
    public subscript(slot: Int) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(links[slot] == Slab.occupied)
            // SAFETY: an occupied slot is initialised.
            return unsafe UnsafePointer(base + slot)
        }
        @inline(__always)
        unsafeMutableAddress {
            precondition(links[slot] == Slab.occupied)
            // SAFETY: as above; access to self is exclusive.
            return unsafe base + slot
        }
    }

    /// Makes sure that the next `additional` insertions need no memory.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed then.
    public mutating func reserve(_ additional: Int) throws(OutOfMemory) {
        let free = links.capacity - count
        if additional <= free { return }
        let doubled = links.capacity < 4 ? 4 : links.capacity * 2
        let capacity = links.capacity + additional - free > doubled ? links.capacity + additional - free : doubled
        let (bytes, overflow) = MemoryLayout<Element>.stride.multipliedReportingOverflow(by: capacity)
        if overflow || capacity >= Int(Slab.none) { throw OutOfMemory() }
        guard let raw = unsafe apus_allocate(bytes == 0 ? 1 : bytes, MemoryLayout<Element>.alignment) else {
            throw OutOfMemory()
        }
        do throws(OutOfMemory) {
            try links.resize(toCapacity: capacity)
        } catch {
            unsafe apus_deallocate(raw)
            throw error
        }
        // SAFETY: 1. `raw` holds `capacity` elements  2. exactly the occupied slots move; the old allocation dies
        let grown = unsafe raw.bindMemory(to: Element.self, capacity: capacity)
        var slot = 0
        while slot < links.count {
            if links[slot] == Slab.occupied { unsafe (grown + slot).moveInitialize(from: base + slot, count: 1) }
            slot += 1
        }
        if let elements = unsafe elements { unsafe apus_deallocate(elements) }
        unsafe elements = grown
    }

    /// Puts an element into a free slot and returns the slot's number.
    ///
    /// - Throws: `OutOfMemory`; the slab is unchanged then and the element is destroyed (reserve first to keep it).
    public mutating func insert(_ element: consuming Element) throws(OutOfMemory) -> Int {
        try reserve(1)
        return insertReserved(element)
    }

    /// Puts an element into a free slot without growing.
    ///
    /// - Precondition: `reserve` made room.
    public mutating func insertReserved(_ element: consuming Element) -> Int {
        let slot: Int
        if firstFree != Slab.none {
            slot = Int(firstFree)
            firstFree = links[slot]
            links[slot] = Slab.occupied
        } else {
            slot = links.count
            links.append(Slab.occupied)
        }
        // SAFETY: the slot was free, so it is not initialised, and it is inside the capacity.
        unsafe (base + slot).initialize(to: element)
        count += 1
        return slot
    }

    /// Takes the element out of its slot.
    ///
    /// - Precondition: the slot is occupied.
    public mutating func remove(_ slot: Int) -> Element {
        precondition(links[slot] == Slab.occupied)
        links[slot] = firstFree
        firstFree = UInt32(truncatingIfNeeded: slot)
        count -= 1
        // SAFETY: the slot was initialised and is marked free now.
        return unsafe (base + slot).move()
    }

    /// The first occupied slot at or behind `slot`.
    ///
    /// - Complexity: O(free slots passed).
    public func nextOccupied(from slot: Int) -> Int? {
        var slot = slot
        while slot < links.count {
            if links[slot] == Slab.occupied { return slot }
            slot += 1
        }
        return nil
    }
}

// SAFETY: the slab owns its memory alone; sending it sends the elements, which are Sendable.
extension Slab: @unchecked Sendable where Element: Sendable & ~Copyable {}
