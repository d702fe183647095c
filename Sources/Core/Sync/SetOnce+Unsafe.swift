// SPDX-License-Identifier: Apache-2.0
//
// A value that is set once, during start-up, and only read afterwards: the kernel's replacement for lazy globals,
// which Embedded Swift would initialise by spinning without an owner.

internal import Synchronization

/// A slot for a reference that is set once and never changes.
public struct SetOnce<Value: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    private let word = Atomic<UInt>(0)

    /// Creates an empty slot.
    public init() {}

    /// Sets the value, which then lives as long as the machine.
    ///
    /// - Precondition: not set before.
    public func set(_ value: Value) {
        // SAFETY: the reference is retained for good, so that every later borrow of it is alive.
        let bits = unsafe UInt(bitPattern: Unmanaged.passRetained(value).toOpaque())
        let old = word.exchange(bits, ordering: .releasing)
        precondition(old == 0, "set twice")
    }

    /// The value, or nil before it was set.
    public var value: Value? {
        let bits = word.load(ordering: .acquiring)
        guard bits != 0 else { return nil }
        // SAFETY: the bits came from a retained reference of this very type.
        return unsafe Unmanaged<Value>.fromOpaque(UnsafeRawPointer(bitPattern: bits).unsafelyUnwrapped)
            .takeUnretainedValue()
    }
}
