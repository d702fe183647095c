// SPDX-License-Identifier: Apache-2.0
//
// Gives memory addresses to functions that firmware has left without: machines that boot without firmware leave every
// base address zero. Ranges are handed out upwards from one window, each at a multiple of its size; what was assigned
// before is left where it is. Port ranges are not assigned: no driver here needs one.

public import DeviceModel
import Memory

/// A range of physical addresses to hand out.
public struct PCIAddressAssignment: Sendable {
    private var next: UInt64
    private let end: UInt64

    /// Hands out `[start, start + byteCount)`, which nothing else may use.
    public init(start: UInt64, byteCount: UInt64) {
        next = start
        end = start + byteCount
    }

    /// Assigns every memory range of `function` that has no address.
    ///
    /// - Throws: `.outOfMemory` if the window is used up.
    public mutating func assignMissing(of function: PCIFunction) throws(DeviceError) {
        var index = 0
        while index < function.baseAddressCount {
            defer { index += 1 }
            guard let base = function.baseAddress(index), base.space != .ports else { continue }
            if base.space == .memory64 { index += 1 }
            guard base.address == 0 else { continue }
            // Functions share pages badly: W^X and user mappings work on whole pages.
            let alignment = max(base.byteCount, 4096)
            let place = (next + alignment - 1) & ~(alignment - 1)
            guard place >= next, place <= end, base.byteCount <= end - place else { throw .outOfMemory }
            function.assign(base, at: PhysicalAddress(place))
            next = place + base.byteCount
        }
    }
}
