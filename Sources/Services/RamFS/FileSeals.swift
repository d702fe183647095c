// SPDX-License-Identifier: Apache-2.0
//
// Seals: changes of a file that are refused for ever, so that who is given it by somebody else can rely on it. Files in
// memory have them, most only the one against further seals. Source: fcntl(2), memfd_create(2).

import LinuxABI
import PageCache

extension FileSeals {
    /// Adds further ones to those of a file.
    ///
    /// - Throws: as `Inode.addSeals`.
    mutating func add(_ more: FileSeals, of pages: PageCache) throws(Errno) {
        if contains(.seal) { throw .notPermitted }
        if more.contains(.write), !contains(.write), !pages.denyWriting() { throw .resourceBusy }
        formUnion(more)
    }

    /// - Throws: `.notPermitted` if a file may not get another size.
    func permitSize(_ byteCount: UInt64, of pages: PageCache) throws(Errno) {
        if isDisjoint(with: [.grow, .shrink]) { return }
        let old = pages.byteCount
        if byteCount < old && contains(.shrink) || byteCount > old && contains(.grow) { throw .notPermitted }
    }

    /// - Throws: `.notPermitted` if nothing may be written up to a place.
    func permitWriting(upTo end: UInt64, of pages: PageCache) throws(Errno) {
        if isDisjoint(with: [.grow, .write, .futureWrite]) { return }
        if !isDisjoint(with: .anyWrite) || contains(.grow) && end > pages.byteCount { throw .notPermitted }
    }

    /// - Throws: `.notPermitted` if pages of a range may not be allocated, or not be thrown away.
    func permitAllocation(_ mode: FallocateMode, upTo end: UInt64, of pages: PageCache) throws(Errno) {
        if mode.contains(.punchHole) {
            if !isDisjoint(with: .anyWrite) { throw .notPermitted }
        } else if contains(.grow), end > pages.byteCount {
            throw .notPermitted
        }
    }
}
