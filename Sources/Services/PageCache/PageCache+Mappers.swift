// SPDX-License-Identifier: Apache-2.0
//
// Who maps a file's pages, so that a file that gets shorter, or gets a hole, is no longer seen as it was. A fault asks for
// a page under its address space's lock and maps it under the same one; here pages leave the file first and the mappers
// forget them afterwards. So a mapper finds every page that it had been given before.

public import Containers
import Events

/// What maps pages of files: an address space.
public protocol PageMapper: AnyObject, Sendable {
    /// Forgets pages that have left a file: the next access asks the file again.
    ///
    /// - Parameters:
    ///   - indices: of pages of `pages`.
    ///   - copies: whether private copies of them go, too, as they do with the end of a file, and not with a hole.
    /// - Context: thread; may block. No page cache's lock is held.
    func forget(_ indices: Range<UInt64>, of pages: PageCache, copies: Bool)
}

/// A mapper of a file, and how many of its regions show the file.
struct Mapper {
    let mapper: any PageMapper
    var regionCount: UInt64
}

/// The mappers of a file, and what they may do with it. A mapper keeps its place as long as it is one, so that they can be
/// told one after the other without the lock.
struct Mappers: ~Copyable {
    private var places = UniqueArray<Mapper?>()
    /// Regions that are shared and may be written, now or after mprotect(2).
    private var writingCount: UInt64 = 0
    private var isWritingDenied = false

    /// Whether there has never been one.
    var isEmpty: Bool { places.isEmpty }

    /// The mapper at the first place from `index` on that is taken, and the place behind it.
    func next(from index: Int) -> (mapper: any PageMapper, next: Int)? {
        var index = index
        while index < places.count {
            if let place = places[index] { return (place.mapper, index + 1) }
            index += 1
        }
        return nil
    }

    private func find(_ mapper: any PageMapper) -> Int? {
        var index = 0
        while index < places.count {
            if let place = places[index], place.mapper === mapper { return index }
            index += 1
        }
        return nil
    }

    /// Adds a region. - Returns: false if it would write and nobody may.
    mutating func add(_ mapper: any PageMapper, writes: Bool) throws(OutOfMemory) -> Bool {
        if writes, isWritingDenied { return false }
        if let index = find(mapper) {
            places[index]?.regionCount += 1
        } else {
            var free = 0
            while free < places.count, places[free] != nil { free += 1 }
            if free == places.count { try places.append(nil) }
            places[free] = Mapper(mapper: mapper, regionCount: 1)
        }
        if writes { writingCount += 1 }
        return true
    }

    /// Removes a region. - Returns: the mapper if that was its last one, to be released without the lock.
    mutating func remove(_ mapper: any PageMapper, writes: Bool) -> Mapper? {
        guard let index = find(mapper), var place = places[index] else { return nil }
        if writes { writingCount -= 1 }
        place.regionCount -= 1
        if place.regionCount > 0 {
            places[index] = place
            return nil
        }
        places[index] = nil
        return place
    }

    /// Refuses regions that write from now on. - Returns: false, and changes nothing, if there are some.
    mutating func denyWriting() -> Bool {
        if writingCount > 0 { return false }
        isWritingDenied = true
        return true
    }
}

extension PageCache {
    /// Notes a region that shows the file.
    ///
    /// - Parameter writes: whether it is shared and may be written.
    /// - Returns: false if it would write and `denyWriting` has been called.
    /// - Throws: `OutOfMemory`; never for a mapper that has a region already.
    /// - Context: the mapper's lock may be held.
    public func add(_ mapper: any PageMapper, writes: Bool) throws(OutOfMemory) -> Bool {
        try state.withLock { (state) throws(OutOfMemory) in try state.mappers.add(mapper, writes: writes) }
    }

    /// Notes that a region has gone that was added with the same words.
    public func remove(_ mapper: any PageMapper, writes: Bool) {
        _ = state.withLock { $0.mappers.remove(mapper, writes: writes) }
    }

    /// Refuses shared mappings that can be written from now on (F_SEAL_WRITE).
    ///
    /// - Returns: false, and nothing has changed, if there are some.
    public func denyWriting() -> Bool {
        state.withLock { $0.mappers.denyWriting() }
    }

    /// Tells the mappers that pages have left the file.
    ///
    /// - Context: thread; may block; takes the mappers' locks, so not this cache's.
    func tellMappers(_ indices: Range<UInt64>, copies: Bool) {
        var index = 0
        while let (mapper, next) = state.withLock({ $0.mappers.next(from: index) }) {
            mapper.forget(indices, of: self, copies: copies)
            index = next
        }
    }
}
