// SPDX-License-Identifier: Apache-2.0
//
// Mappings that are found again by what is mapped: shmdt(2) knows only where an attachment began.

internal import Containers
internal import Events
public import LinuxABI

extension AddressSpace {
    /// Unmaps everything that is left of a mapping of a whole file.
    ///
    /// - Parameters:
    ///   - address: where the file's first page is mapped.
    ///   - isWanted: whether it is the right kind of file.
    /// - Returns: whether there was such a mapping.
    /// - Throws: `.noMemory`.
    public func unmapFile(mappedAt address: UInt64, _ isWanted: (any MappedFile) -> Bool) throws(Errno) -> Bool {
        var isFound = false
        // Released when the lock is not held any more: the last reference to a file may end more than the file.
        var kept: (any MappedFile)?
        try state.withLock { (state) throws(Errno) in
            guard let first = state.regions.find(address), state.regions[first].firstPage == 0,
                let file = state.regions[first].file, isWanted(file)
            else { return }
            isFound = true
            kept = file
            var place = address
            while let position = state.regions.ceiling(place) {
                let start = state.regions.key(at: position)
                let end = state.regions[position].end
                if state.regions[position].file === file { try self.removeRange(&state, start, end) }
                place = end
            }
        }
        _ = kept
        return isFound
    }
}
