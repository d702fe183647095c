// SPDX-License-Identifier: Apache-2.0
//
// From a place back to a path: names are collected from the place up to the root, each one in front of the others.

import Containers
import LinuxABI

/// A path that is put together from its end.
struct PathBuilder: ~Copyable {
    /// How the way up ended.
    enum Outcome {
        /// At the process's root.
        case reachable
        /// At the root of the tree, beside the process's root.
        case unreachable
        /// At an inode that has lost its name.
        case removed
    }

    private let root: Place
    /// The bytes in reverse order.
    private var reversed = UniqueArray<UInt8>()

    init(root: Place) {
        self.root = root
    }

    /// Adds the names from a place up to the root.
    mutating func add(_ place: Place) throws(Errno) -> Outcome {
        var mount = place.mount
        var inode = place.inode
        var isRemoved = false
        while true {
            if inode === root.inode && mount === root.mount { return isRemoved ? .removed : .reachable }
            if inode === mount.root {
                guard let covered = mount.covered else { return isRemoved ? .removed : .unreachable }
                mount = covered.mount
                inode = covered.inode
                continue
            }
            guard let parent = inode.parent else { return .removed }
            let hasName = try addName(of: inode, in: parent)
            if !hasName {
                isRemoved = true
                try addLostName(of: inode, in: parent)
            }
            inode = parent
        }
    }

    /// - Returns: whether there is one.
    private mutating func addName(of inode: Inode, in parent: Inode) throws(Errno) -> Bool {
        var failure: Errno?
        let hasName = parent.withName(of: inode) { name in
            do throws(Errno) { try self.append(name) } catch { failure = error }
        }
        if let failure { throw failure }
        return hasName
    }

    private mutating func addLostName(of inode: Inode, in parent: Inode) throws(Errno) {
        var failure: Errno?
        parent.withLostName(of: inode) { name in
            if name.isEmpty { return }
            do throws(Errno) { try self.append(name) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private mutating func append(_ name: Span<UInt8>) throws(Errno) {
        if reversed.count + name.count + 1 >= PathWalk.pathLimit { throw .fileNameTooLong }
        try allocating { () throws(OutOfMemory) in try reversed.reserve(name.count + 1) }
        var index = name.count
        while index > 0 {
            index -= 1
            reversed.appendReserved(name[index])
        }
        reversed.appendReserved(UInt8(ascii: "/"))
    }

    /// The path; "/" if no name was added.
    consuming func finish() throws(Errno) -> UniqueArray<UInt8> {
        if reversed.isEmpty {
            return try allocating { () throws(OutOfMemory) in
                var slash = UniqueArray<UInt8>()
                try slash.append(UInt8(ascii: "/"))
                return slash
            }
        }
        Self.reverse(&reversed)
        return reversed
    }

    /// The path between two texts.
    consuming func finish(prefix: StaticString, suffix: StaticString) throws(Errno) -> UniqueArray<UInt8> {
        let path = try finish()
        return try allocating { () throws(OutOfMemory) in
            var whole = try UniqueArray<UInt8>(
                capacity: prefix.utf8CodeUnitCount + path.count + suffix.utf8CodeUnitCount)
            try whole.append(copying: prefix.utf8Bytes)
            try whole.append(copying: path.span)
            try whole.append(copying: suffix.utf8Bytes)
            return whole
        }
    }

    private static func reverse(_ bytes: inout UniqueArray<UInt8>) {
        var left = 0
        var right = bytes.count - 1
        while left < right {
            let byte = bytes[left]
            bytes[left] = bytes[right]
            bytes[right] = byte
            left += 1
            right -= 1
        }
    }
}
