// SPDX-License-Identifier: Apache-2.0
//
// The kernel's own mappings where there is no machine: unit tests reach registers through fakes, so nothing is ever
// mapped here. It exists so that what finds devices compiles on the host.

#if !os(none)
public import Containers
public import Memory

/// The kernel's own mappings.
public enum KernelSpace {
    /// Maps no device: the host has none to give.
    ///
    /// - Throws: `OutOfMemory`, always.
    public static func mapDevice(_ physical: PhysicalAddress, byteCount: Int) throws(OutOfMemory) -> MMIOWindow {
        throw OutOfMemory()
    }
}
#endif
