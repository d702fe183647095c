// SPDX-License-Identifier: Apache-2.0
//
// References by number that many threads read and few change, such as open files by descriptor: readers take no lock (see
// Epoch), writers the owner's.
//
//     block ──▶ word 0 │ word 1 │ … │ word count - 1        a word is a retained reference, or 0

internal import CAllocator
public import Containers
internal import Synchronization

/// Numbered places for references.
@safe public struct SharedSlots<Value: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    /// The address of the block; 0 before there is a place. A block is published before its count, so that who has read
    /// the count finds a block that is as long, or longer.
    private let block = Atomic<UInt>(0)
    private let limit = Atomic<Int>(0)

    /// Creates a set without places, which needs no memory.
    public init() {}

    deinit {
        var index = 0
        while index < count {
            _ = exchange(index, nil)
            index += 1
        }
        // SAFETY: the owner goes away, so nobody reads; the block is apus_allocate's, or nil.
        unsafe apus_deallocate(UnsafeMutableRawPointer(bitPattern: block.load(ordering: .relaxed)))
    }

    // MARK: Reading

    /// How many places there are.
    ///
    /// - Context: the owner's lock is held.
    public var count: Int { limit.load(ordering: .relaxed) }

    /// The reference in a place; nil if it is empty or not there.
    ///
    /// - Context: any but a section.
    @inline(__always) public func value(_ index: Int) -> Value? {
        let found = unsafe Epoch.section { () -> Unmanaged<Value>? in
            // SAFETY: who takes the reference out of its place waits for the section before it is released, and until
            // then it is retained here.
            guard let found = unsafe borrowed(index) else { return nil }
            return unsafe found.retain()
        }
        return unsafe found?.takeRetainedValue()
    }

    /// The reference in a place, without one of the caller's own; nil if it is empty or not there.
    ///
    /// # Safety
    /// Nobody takes it away as long as the caller uses it.
    @unsafe @inline(__always) public func borrowed(_ index: Int) -> Unmanaged<Value>? {
        // A negative one is beyond every count.
        guard UInt(bitPattern: index) < UInt(bitPattern: limit.load(ordering: .acquiring)) else { return nil }
        let block = block.load(ordering: .acquiring)
        let bits = unsafe SharedSlots.place(block, index).pointee.load(ordering: .acquiring)
        guard let object = unsafe UnsafeRawPointer(bitPattern: bits) else { return nil }
        return unsafe Unmanaged<Value>.fromOpaque(object)
    }

    // MARK: Changing

    /// Puts a reference into a place, or none. - Returns: what was there, which no reader is about to retain any more.
    ///
    /// - Precondition: the place is there.
    /// - Context: the owner's lock is held.
    public func exchange(_ index: Int, _ new: Value?) -> Value? {
        precondition(index >= 0 && index < count)
        let block = block.load(ordering: .relaxed)
        // SAFETY: 1. the place is there  2. words are retained references of this type: taken over from `new`, given back
        // as the result.
        let bits = unsafe new.map { unsafe UInt(bitPattern: Unmanaged.passRetained($0).toOpaque()) } ?? 0
        let old = unsafe SharedSlots.place(block, index).pointee.exchange(bits, ordering: .acquiringAndReleasing)
        guard let object = unsafe UnsafeRawPointer(bitPattern: old) else { return nil }
        Epoch.wait()
        return unsafe Unmanaged<Value>.fromOpaque(object).takeRetainedValue()
    }

    /// Makes places, empty ones, so that there are `newCount`; never fewer than before.
    ///
    /// - Throws: `OutOfMemory`; nothing has changed.
    /// - Context: the owner's lock is held.
    public func grow(to newCount: Int) throws(OutOfMemory) {
        let old = block.load(ordering: .relaxed)
        let oldCount = count
        if newCount <= oldCount { return }
        let (size, overflow) = MemoryLayout<UInt>.size.multipliedReportingOverflow(by: newCount)
        guard !overflow, let memory = unsafe apus_allocate(size, MemoryLayout<UInt>.alignment) else {
            throw OutOfMemory()
        }
        // SAFETY: 1. `memory` has room for a word for each place, and nobody else knows it  2. the old block is freed when
        // no reader can have its address any more.
        unsafe memory.initializeMemory(as: UInt.self, repeating: 0, count: newCount)
        var index = 0
        while index < oldCount {
            let bits = unsafe SharedSlots.place(old, index).pointee.load(ordering: .relaxed)
            unsafe memory.storeBytes(of: bits, toByteOffset: index * MemoryLayout<UInt>.size, as: UInt.self)
            index += 1
        }
        block.store(UInt(bitPattern: memory), ordering: .releasing)
        limit.store(newCount, ordering: .releasing)
        if old == 0 { return }
        Epoch.wait()
        unsafe apus_deallocate(UnsafeMutableRawPointer(bitPattern: old))
    }

    // MARK: The block

    /// The word of a place that is there.
    @unsafe @inline(__always) private static func place(_ block: UInt, _ index: Int) -> UnsafePointer<Atomic<UInt>> {
        // SAFETY: the place is there, so the address is inside the block.
        unsafe UnsafePointer(bitPattern: block &+ UInt(bitPattern: index) &* UInt(MemoryLayout<UInt>.size))
            .unsafelyUnwrapped
    }
}
