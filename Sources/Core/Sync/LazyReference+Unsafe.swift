// SPDX-License-Identifier: Apache-2.0
//
// A reference that most owners never need: what is locked, watched or waited for of one inode in a thousand. It costs
// its owner one word and whoever looks one load, until somebody asks for the object. A value that exists from the start
// of the machine belongs in SetOnce.

internal import Synchronization

/// A slot for an object that is made when it is needed for the first time, and lives as long as its owner.
public struct LazyReference<Value: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    /// The object's reference as a number; 0 before there is one.
    private let bits = Atomic<UInt>(0)

    /// Creates an empty slot.
    public init() {}

    /// The object, if somebody has needed it.
    @inline(__always) public var existing: Value? {
        let bits = bits.load(ordering: .acquiring)
        if bits == 0 { return nil }
        // SAFETY: the slot never changes once it is set, and holds a reference while self is there.
        return unsafe Unmanaged<Value>.fromOpaque(UnsafeRawPointer(bitPattern: bits).unsafelyUnwrapped)
            .takeUnretainedValue()
    }

    /// The object, made by whoever asks first.
    public borrowing func value(orMake make: () -> Value) -> Value {
        if let existing { return existing }
        let made = make()
        // SAFETY: the slot's reference is retained here and released by deinit alone.
        let new = unsafe UInt(bitPattern: Unmanaged.passRetained(made).toOpaque())
        let (isOurs, _) = bits.compareExchange(expected: 0, desired: new, ordering: .acquiringAndReleasing)
        if isOurs { return made }
        // SAFETY: somebody was quicker; the reference taken above was never published.
        unsafe Unmanaged.passUnretained(made).release()
        return existing ?? made
    }

    deinit {
        let bits = bits.load(ordering: .acquiring)
        guard bits != 0 else { return }
        // SAFETY: the owner goes away; the reference is the one that `value` retained.
        unsafe Unmanaged<Value>.fromOpaque(UnsafeRawPointer(bitPattern: bits).unsafelyUnwrapped).release()
    }
}
