// SPDX-License-Identifier: Apache-2.0
//
// Threads on a host, for unit tests of what is built on them: they can be made and counted, not switched to.

#if !os(none)
public import Containers

/// Stands in for a kernel stack.
public struct ThreadContext: ~Copyable, @unchecked Sendable {
    /// Makes a context that never runs.
    public init(entry: @convention(c) (UInt) -> Void, argument: UInt, stackByteCount: Int = 16384) throws(OutOfMemory) {}

    /// The test's own thread.
    public init(adoptingBootStack: ()) {}

    /// There is no program's address space to leave.
    public borrowing func leaveAddressSpaceForGood() {}

    /// A test that gets here waits for something that nobody will do.
    public static func switchThreads(from current: borrowing ThreadContext, to next: borrowing ThreadContext) {
        fatalError("a unit test blocked")
    }
}
#endif
