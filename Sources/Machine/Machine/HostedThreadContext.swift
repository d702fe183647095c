// SPDX-License-Identifier: Apache-2.0
//
// Threads on a host, for unit tests of what is built on them: they can be made and counted, not switched to.

#if !os(none)
public import Containers
public import Memory

/// Stands in for a kernel stack.
public struct ThreadContext: ~Copyable, @unchecked Sendable {
    /// Makes a context that never runs.
    public init(entry: @convention(c) (UInt) -> Void, argument: UInt, stackByteCount: Int = 16384) throws(OutOfMemory) {
    }

    /// The test's own thread.
    public init(adoptingBootStack: ()) {}

    /// There is no program's address space to leave.
    public borrowing func leaveAddressSpaceForGood() {}

    /// There is no program's address space to enter.
    public borrowing func enterAddressSpace(_ root: FrameNumber) {}

    /// The thread pointer of the running thread: kept nowhere.
    public var threadPointer: UInt {
        get { 0 }
        nonmutating set {}
    }

    /// The second segment base of the running thread: kept nowhere.
    public var secondThreadPointer: UInt {
        get { 0 }
        nonmutating set {}
    }

    /// A test's floating-point registers are its own.
    public borrowing func useFloatingPoint() throws(OutOfMemory) {}

    /// See `useFloatingPoint`.
    public borrowing func dropFloatingPoint() {}

    /// See `useFloatingPoint`.
    public var usesFloatingPoint: Bool { false }

    /// There is no state to copy.
    public borrowing func copyFloatingPoint(to address: UInt) -> Bool { false }

    /// There is no state to load.
    public borrowing func loadFloatingPoint(from address: UInt) -> Bool { false }

    /// A test that gets here waits for something that nobody will do.
    public static func switchThreads(from current: borrowing ThreadContext, to next: borrowing ThreadContext) {
        fatalError("a unit test blocked")
    }
}
#endif
