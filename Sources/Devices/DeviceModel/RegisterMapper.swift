// SPDX-License-Identifier: Apache-2.0
//
// Who turns a physical range into registers. Only the machine may do that, so a bus is handed a mapper by the image;
// tests hand it one that answers with fakes. Generic and not existential: what it answers differs in type.

public import Memory

/// Makes a physical range of device memory reachable.
public protocol RegisterMapper: Sendable {
    /// The kind of window this mapper makes.
    associatedtype Registers: RegisterAccess

    /// Maps `byteCount` bytes of device memory at `physical`, uncached.
    ///
    /// - Throws: `.outOfMemory` if no page table or address range is left.
    func map(_ physical: PhysicalAddress, byteCount: Int) throws(DeviceError) -> Registers
}
