// SPDX-License-Identifier: Apache-2.0
//
// How much of a program's memory is data: private, and it may write it. Stacks are not.

internal import Containers
internal import Events
internal import LinuxABI

extension Region {
    /// Whether it counts for the limit of data.
    public var isData: Bool { mayBeData && protection.contains(.write) }

    /// Whether it would if it were writable.
    var mayBeData: Bool { sharing == .privateCopy && !growsDown && purpose != .stack }
}

extension AddressSpace {
    /// The size of all data.
    ///
    /// - Parameter extra: a range that counts as if it were writable.
    /// - Complexity: O(regions).
    public func dataBytes(andIn extra: Range<UInt64> = 0..<0) -> UInt64 {
        var sum: UInt64 = 0
        forEachRegion { start, region in
            if region.isData {
                sum += region.end - start
            } else if region.mayBeData {
                let shared = (start..<region.end).clamped(to: extra)
                sum += shared.upperBound - shared.lowerBound
            }
        }
        return sum
    }

    /// Whether the region at an address is data; false where there is none.
    public func isData(at address: UInt64) -> Bool {
        state.withLock { state in
            guard let position = AddressSpace.find(state, address) else { return false }
            return state.regions[position].isData
        }
    }
}
