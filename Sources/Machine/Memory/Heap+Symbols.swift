// SPDX-License-Identifier: Apache-2.0
//
// The names under which the Swift runtime and CAllocator find the heap. Hosts have their own.

#if os(none)
internal import CMachine

/// posix_memalign(3), for the runtime's implicit allocations: may use the reserve; the runtime traps on failure.
@c(posix_memalign)
public func posixMemalign(
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
) -> CInt {
    if let block = Heap.allocateFromCache(size, alignment: alignment) {
        result.pointee = block
        return 0
    }
    return posixMemalignSlowly(result, alignment, size)
}

@inline(never)
private func posixMemalignSlowly(
    _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
) -> CInt {
    result.pointee = Heap.allocateSlowly(size, alignment)
    return result.pointee == nil ? 12 : 0
}

/// free(3).
@c(free)
@inline(never)
public func heapFree(_ pointer: UnsafeMutableRawPointer?) {
    if let pointer { Heap.free(pointer) }
}

/// The fallible allocation of the throwing containers: leaves the reserve alone and can be made to fail by tests.
@c(apus_allocate)
public func allocateFallibly(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    guard Frames.mayAllocateFallibly(bytes: size) else { return nil }
    return Heap.allocate(size, alignment: alignment)
}

/// Gives back what `apus_allocate` returned.
@c(apus_deallocate)
public func deallocateFallibly(_ pointer: UnsafeMutableRawPointer?) {
    // Not the same code once more: it would be made the body of both, and free(3) a jump to it.
    heapFree(pointer)
}
#endif
