// SPDX-License-Identifier: Apache-2.0
//
// A value that only one thread ever touches: a program's thread's own mask, stack, restart state. No lock, because
// there is nobody to lock out; the type says so, where a bare variable would leave it to memory.

/// A value of one thread.
public struct Confined<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    private let cell: Cell<Value>

    /// Creates the value.
    public init(_ value: consuming Value) { cell = Cell(value) }

    /// Runs `body` with the value.
    ///
    /// - Precondition: the caller is the thread that owns it, or the thread does not run yet or any more; not nested.
    @inline(__always)
    public borrowing func with<R: ~Copyable, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        // SAFETY: the precondition.
        try unsafe body(&cell.address.pointee)
    }
}
