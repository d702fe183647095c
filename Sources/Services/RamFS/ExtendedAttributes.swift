// SPDX-License-Identifier: Apache-2.0
//
// The extended attributes of one inode in memory: names with values, sorted by name as tmpfs lists them. An inode has
// this object from its first attribute on. Who may do what has been decided (FileSystem's FileOperations).

import Containers
import Events
import FileSystem
import LinuxABI

/// Names and values of one inode.
final class ExtendedAttributes: Sendable {
    private struct Entry: ~Copyable {
        let name: ByteString
        var value: ByteString

        var byteCount: Int { name.count + value.count }

        func withValue(_ body: (Span<UInt8>) throws(Errno) -> Int) throws(Errno) -> Int { try body(value.span) }

        func withName(_ body: (Span<UInt8>) -> Void) { body(name.span) }

        /// Below, at or above 0 as a name comes before, is or comes behind this one.
        func order(of other: Span<UInt8>) -> Int {
            let own = name.span
            for index in 0..<min(own.count, other.count) where own[index] != other[index] {
                return Int(other[index]) - Int(own[index])
            }
            return other.count - own.count
        }
    }

    private let entries = BlockingMutex(UniqueArray<Entry>(), .attributes)
    private let volume: RamVolume

    init(_ volume: RamVolume) { self.volume = volume }

    deinit {
        volume.giveAttributeBytes(entries.withLock { Self.byteCount($0) })
    }

    private static func byteCount(_ entries: borrowing UniqueArray<Entry>) -> Int {
        var sum = 0
        for index in 0..<entries.count { sum += entries[index].byteCount }
        return sum
    }

    /// Calls `body` with a value.
    ///
    /// - Throws: `.noData`, and what `body` throws.
    func withValue(_ name: Span<UInt8>, _ body: (Span<UInt8>) throws(Errno) -> Int) throws(Errno) -> Int {
        try entries.withLock { (entries) throws(Errno) in
            let (index, isThere) = Self.place(of: name, in: entries)
            guard isThere else { throw .noData }
            return try entries[index].withValue(body)
        }
    }

    /// Sets a value.
    ///
    /// - Throws: `.fileExists`, `.noData`, `.noSpace`, `.noMemory`; nothing has changed then.
    func set(_ name: Span<UInt8>, to value: consuming ByteString, _ flags: ExtendedAttributeFlags) throws(Errno) {
        let key = try allocating { () throws(OutOfMemory) in try ByteString(copying: name) }
        let byteCount = name.count + value.count
        var entry: Entry? = Entry(name: key, value: value)
        try entries.withLock { (entries) throws(Errno) in
            let (index, isThere) = Self.place(of: name, in: entries)
            if isThere, flags.contains(.create) { throw .fileExists }
            if !isThere, flags.contains(.replace) { throw .noData }
            if !isThere { try allocating { () throws(OutOfMemory) in try entries.reserve(1) } }
            try volume.takeAttributeBytes(byteCount)
            if isThere { volume.giveAttributeBytes(entries.remove(at: index).byteCount) }
            guard let new = entry.take() else { preconditionFailure() }
            // There is room: one was reserved, or has just become free.
            do throws(OutOfMemory) { try entries.insert(new, at: index) } catch { preconditionFailure() }
        }
    }

    /// Takes a name away.
    ///
    /// - Throws: `.noData`.
    func remove(_ name: Span<UInt8>) throws(Errno) {
        try entries.withLock { (entries) throws(Errno) in
            let (index, isThere) = Self.place(of: name, in: entries)
            guard isThere else { throw .noData }
            let entry = entries.remove(at: index)
            volume.giveAttributeBytes(entry.byteCount)
        }
    }

    /// Calls `body` with each name.
    func forEach(_ body: (Span<UInt8>) -> Void) {
        entries.withLock { entries in
            for index in 0..<entries.count { entries[index].withName(body) }
        }
    }

    /// Where a name is, or belongs.
    private static func place(
        of name: Span<UInt8>, in entries: borrowing UniqueArray<Entry>
    ) -> (index: Int, isThere: Bool) {
        for index in 0..<entries.count {
            switch entries[index].order(of: name) {
            case 0: return (index, true)
            case ..<0: return (index, false)
            default: break
            }
        }
        return (entries.count, false)
    }
}
