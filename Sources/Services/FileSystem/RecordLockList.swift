// SPDX-License-Identifier: Apache-2.0
//
// The record locks of one file: ranges that split, shrink and merge. Nothing here waits or locks; FileLocks does.
//
// An owner's locks stand together, sorted by their first byte, and never overlap; owners stand in the order in which they
// came, which is the order in which F_GETLK finds a lock in the way (as on Linux).

internal import Containers
internal import LinuxABI

/// The record locks of a file.
struct RecordLockList: ~Copyable {
    private var locks = UniqueArray<RecordLock>()

    var isEmpty: Bool { locks.isEmpty }
    var count: Int { locks.count }

    subscript(index: Int) -> RecordLock { locks[index] }

    /// The first lock that keeps `wanted` from being taken.
    func conflict(with wanted: RecordLock) -> RecordLock? {
        for index in 0..<locks.count where locks[index].conflicts(with: wanted) { return locks[index] }
        return nil
    }

    /// The first lock of an owner that has a byte of a range.
    func lock(of owner: FileLockOwner, in range: ClosedRange<Int64>) -> RecordLock? {
        for index in 0..<locks.count where locks[index].owner == owner && locks[index].overlaps(range) {
            return locks[index]
        }
        return nil
    }

    /// Gives an owner a lock, whatever it had in the range before.
    ///
    /// - Precondition: nobody else's lock is in the way.
    /// - Throws: `OutOfMemory`; nothing has changed then.
    mutating func set(_ new: RecordLock) throws(OutOfMemory) {
        // At most one lock is split in two, and one comes in.
        try locks.reserve(2)
        var new = new
        absorb(&new)
        cut(new.first...new.last, from: new.owner)
        insert(new)
    }

    /// Takes a range out of an owner's locks.
    ///
    /// - Throws: `OutOfMemory` if a lock would have to be split; nothing has changed then.
    mutating func clear(_ range: ClosedRange<Int64>, of owner: FileLockOwner) throws(OutOfMemory) {
        for index in 0..<locks.count where locks[index].owner == owner {
            if locks[index].first < range.lowerBound, locks[index].last > range.upperBound { try locks.reserve(1) }
        }
        cut(range, from: owner)
    }

    /// Takes all locks of an owner away. - Returns: whether there were any.
    mutating func clearAll(of owner: FileLockOwner) -> Bool {
        let before = locks.count
        var index = 0
        while index < locks.count {
            if locks[index].owner == owner { locks.remove(at: index) } else { index += 1 }
        }
        return locks.count != before
    }

    /// Widens a lock by those of the same owner and mode that it touches, which go.
    private mutating func absorb(_ new: inout RecordLock) {
        var index = 0
        while index < locks.count {
            let old = locks[index]
            // "Adjacent" without overflow: the greatest offset has no successor.
            let touches =
                old.first <= (new.last == .max ? .max : new.last + 1)
                && new.first <= (old.last == .max ? .max : old.last + 1)
            if old.owner == new.owner, old.mode == new.mode, touches {
                new.first = min(new.first, old.first)
                new.last = max(new.last, old.last)
                locks.remove(at: index)
            } else {
                index += 1
            }
        }
    }

    /// Takes a range out of an owner's locks; there is room for the second half of a lock that is split.
    private mutating func cut(_ range: ClosedRange<Int64>, from owner: FileLockOwner) {
        var index = 0
        while index < locks.count {
            let old = locks[index]
            guard old.owner == owner, old.overlaps(range) else {
                index += 1
                continue
            }
            locks.remove(at: index)
            if old.last > range.upperBound {
                var right = old
                right.first = range.upperBound + 1
                insertReserved(right, at: index)
            }
            if old.first < range.lowerBound {
                var left = old
                left.last = range.lowerBound - 1
                insertReserved(left, at: index)
                index += 1
            }
            if old.last > range.upperBound { index += 1 }
        }
    }

    private mutating func insert(_ new: RecordLock) {
        var place = locks.count
        for index in 0..<locks.count where locks[index].owner == new.owner {
            place = index + 1
            if locks[index].first > new.first {
                place = index
                break
            }
        }
        insertReserved(new, at: place)
    }

    /// Room was reserved, so that the insertion cannot fail.
    private mutating func insertReserved(_ lock: RecordLock, at index: Int) {
        do throws(OutOfMemory) { try locks.insert(lock, at: index) } catch { preconditionFailure() }
    }
}
