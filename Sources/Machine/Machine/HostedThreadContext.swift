// SPDX-License-Identifier: Apache-2.0
//
// Threads on a host, for unit tests of what is built on them: each is a thread of the process, of which one runs at a
// time (CMachine/hosted.c). There are no programs, so what a program's thread has beyond a stack is kept nowhere.

#if !os(none)
internal import CMachine
public import Containers
public import Memory
public import Processor

/// Stands in for a kernel stack.
public struct ThreadContext: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    /// Makes a context that begins with `entry` when it is first switched to.
    ///
    /// - Throws: `OutOfMemory`.
    public init(entry: @convention(c) (UInt) -> Void, argument: UInt, stackByteCount: Int = 16384) throws(OutOfMemory) {
        guard let made = machine_hosted_make(entry, argument) else { throw OutOfMemory() }
        context = made
    }

    /// The test's own thread.
    public init(adoptingBootStack: ()) {
        guard let made = machine_hosted_make(nil, 0) else { fatalError("no memory for a context") }
        context = made
    }

    deinit { machine_hosted_free(context) }

    /// There is no program's address space to leave.
    public borrowing func leaveAddressSpaceForGood() {}

    /// There is no program to adopt.
    public borrowing func adoptProgram(of running: borrowing ThreadContext) throws(OutOfMemory) -> ProgramRegisters {
        ProgramRegisters.current
    }

    /// There is no program to adopt.
    public borrowing func setFirstThreadPointer(_ address: UInt) {}

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

    /// Hosts have other stacks.
    public var backtrace: InlineArray<16, UInt64> { InlineArray(repeating: 0) }

    /// There is no program.
    public var lastEntry: ProgramRegisters? { nil }

    /// Runs `next` from here on; returns when somebody switches back.
    public static func switchThreads(from current: borrowing ThreadContext, to next: borrowing ThreadContext) {
        machine_hosted_switch(current.context, next.context)
    }
}
#endif
