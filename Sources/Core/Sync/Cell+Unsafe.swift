// SPDX-License-Identifier: Apache-2.0
//
// Storage that a shared lock can hand out mutably: the piece that Embedded Swift's library lacks a Mutex for. Only lock
// types of this module use it.

internal import Builtin

/// Storage for one value at a fixed address, mutable through a shared reference.
///
/// Public only because a type with a deinit must be visible wherever a lock that holds it is destroyed; nobody outside
/// this package can make one or reach its value, and inside only the locks of Sync and Events do.
@_rawLayout(like: Value, movesAsLike)
public struct Cell<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    package init(_ initial: consuming Value) {
        // SAFETY: 1. the layout is that of Value  2. nobody else has seen the storage yet.
        unsafe address.initialize(to: initial)
    }

    /// The value's address.
    ///
    /// # Safety
    /// The caller excludes every other access while it uses the address: it holds the lock that owns the cell.
    @unsafe package var address: UnsafeMutablePointer<Value> {
        @inline(__always) get { unsafe UnsafeMutablePointer<Value>(Builtin.addressOfRawLayout(self)) }
    }

    deinit {
        // SAFETY: the owner is going away, so nobody holds the lock.
        unsafe address.deinitialize(count: 1)
    }
}
