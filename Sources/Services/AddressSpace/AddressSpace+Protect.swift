// SPDX-License-Identifier: Apache-2.0
//
// mprotect(2): regions are cut at the range's ends and changed whole, and the entries of pages that are there already
// follow. A private page that somebody else shares stays read-only until it is written.

internal import Containers
internal import Events
public import LinuxABI
internal import Machine
internal import Memory
internal import Processor

extension AddressSpace {
    /// Changes what a program may do in a range.
    ///
    /// - Throws: `.invalidArgument` (not aligned), `.noMemory` (something in the range is not mapped; what lies before
    ///   it has been changed), `.permissionDenied` (write access to a shared mapping of a file opened for reading).
    /// - Source: mprotect(2).
    public func protect(_ address: UInt64, byteCount: UInt64, _ protection: ProtectionFlags) throws(Errno) {
        guard address & 4095 == 0 else { throw .invalidArgument }
        guard byteCount > 0 else { return }
        guard byteCount <= UInt64(ProgramHalf.end), ProgramHalf.contains(UInt(address), count: UInt(byteCount)) else {
            throw .noMemory
        }
        let end = address + ((byteCount + 4095) & ~4095)
        try state.withLock { (state) throws(Errno) in
            do throws(OutOfMemory) { try state.regions.reserve(2) } catch { throw .noMemory }
            guard AddressSpace.find(state, address) != nil else { throw .noMemory }
            try self.split(&state, at: address)
            try self.split(&state, at: end)
            var changed = 0
            var place = address
            defer {
                self.flush(address, place, changed: changed)
                // Only now: joining on the way would swallow regions that the loop has still to find by their start.
                self.joinAll(&state, from: address, through: end)
            }
            while place < end {
                guard let position = state.regions.find(place) else { throw .noMemory }
                let stop = state.regions[position].end
                guard protection.isSubset(of: state.regions[position].ceiling) else { throw .permissionDenied }
                if state.regions[position].protection != protection {
                    state.regions[position].protection = protection
                    let region = state.regions[position]
                    changed += AddressSpace.applyProtection(&state, place, region)
                }
                place = stop
            }
        }
    }

    /// Gives the present entries of a region the permissions that it has now.
    private static func applyProtection(_ state: inout State, _ start: UInt64, _ region: Region) -> Int {
        let permissions = region.permissions
        let bits = NativePageFormat.permissionBits(permissions)
        let bitsOfShared = NativePageFormat.permissionBits(permissions.subtracting(.write))
        let isSame = region.sharing == .shared || !permissions.contains(.write)
        var changed = 0
        state.tables.forEachLeaf(from: UInt(start), to: UInt(region.end)) { _, slot, entry in
            let mayWrite = isSame || Frames.referenceCount(NativePageFormat.frame(entry)) == 1
            let new = NativePageFormat.replacing(entry, permissionBits: mayWrite ? bits : bitsOfShared)
            if new != entry {
                slot.entry = new
                changed += 1
            }
        }
        return changed
    }
}
