// SPDX-License-Identifier: Apache-2.0
//
// One object for each CPU. Only its CPU uses what is its own; what others reach too has a lock of its own inside. Objects
// are entered before their CPU runs and stay for good, so that reading needs neither a lock nor a reference count.

internal import Machine
internal import Memory
internal import Synchronization

/// The objects of a kind that each CPU has one of.
@safe public struct PerCPU<Object: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    /// Empty for a CPU that has none yet.
    private let slots: Cell<EachCPU<Unmanaged<Object>?>>

    /// Creates the set with the first CPU's object.
    public init(_ first: Object) {
        unsafe slots = Cell(EachCPU(repeating: nil))
        set(0, first)
    }

    /// Enters the object of a CPU that does not run yet.
    public borrowing func set(_ index: Int, _ object: Object) {
        // SAFETY: nobody asks for the object of a CPU that does not run, and starting it orders memory.
        unsafe slots.address.pointee[index] = Unmanaged.passRetained(object)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Runs code with the running CPU's object.
    ///
    /// - Precondition: interrupts or preemption are off.
    @inline(__always) public borrowing func withCurrent<R>(_ body: (Object) -> R) -> R {
        // SAFETY: (both) the slot's reference was retained when it was set, and slots are never emptied; a CPU that runs
        // has its slot set.
        unsafe slots.address.pointee[CPU.index].unsafelyUnwrapped._withUnsafeGuaranteedRef(body)
    }

    /// Runs code with a CPU's object. - Returns: nil if that CPU has none.
    @inline(__always) public borrowing func with<R>(_ index: Int, _ body: (Object) -> R) -> R? {
        if CPUs.limit == 1 { return withCurrent(body) }
        guard let object = unsafe slots.address.pointee[index] else { return nil }
        return unsafe object._withUnsafeGuaranteedRef(body)
    }
}
