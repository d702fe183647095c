// SPDX-License-Identifier: Apache-2.0
//
// From a path to a place, component by component: slashes, ".", "..", mounts, symbolic links, search permission.
// A link in the middle ends one round; the next one walks the link's text followed by the rest, so that the stack does
// not grow with the links. There is no name cache: file systems in memory find a name as fast as a cache would; one for
// slow file systems would sit in `step`.
//
// Source: path_resolution(7); openat(2); symlink(7).

import Containers
import LinuxABI
import Synchronization

/// The state of one walk.
struct PathWalk: ~Copyable {
    /// What to do with the last component.
    enum Last {
        /// Resolve it, following a symbolic link.
        case follow
        /// Resolve it; a symbolic link is the result.
        case noFollow
        /// Stop in its directory and keep its name.
        case parent
    }

    /// What the last component is, when the walk stops before it.
    enum LastKind {
        /// A name.
        case name
        /// ".".
        case dot
        /// "..".
        case dotDot
        /// Nothing: the path is "/".
        case root
    }

    /// The greatest number of symbolic links in one walk (`MAXSYMLINKS`).
    static var linkLimit: Int { 40 }
    /// The greatest length of a path, its NUL included (`PATH_MAX`).
    static var pathLimit: Int { 4096 }
    /// The greatest length of a name (`NAME_MAX`).
    static var nameLimit: Int { 255 }

    /// Where the walk is.
    private(set) var mount: Mount
    private(set) var inode: Inode
    private var linkCount = 0
    /// The text that the walk goes through after a symbolic link; empty before the first one.
    private var expansion = UniqueArray<UInt8>()
    /// For `.parent`: where the name is in the path or the expansion, and what it is.
    private var nameRange = 0..<0
    private(set) var lastKind = LastKind.root
    private(set) var hasTrailingSlash = false

    /// Starts where a path begins.
    ///
    /// - Parameter base: where a relative path begins; nil is the working directory.
    @inline(__always)  // a call takes its arguments over, and counts them: 70 instructions of a stat(2)
    init(_ operations: FileOperations, _ path: Span<UInt8>, from base: Place?) {
        let isAbsolute = !path.isEmpty && path[0] == UInt8(ascii: "/")
        if isAbsolute {
            (mount, inode) = operations.context.rootParts
        } else if let base {
            (mount, inode) = (base.mount, base.inode)
        } else {
            (mount, inode) = operations.context.workingDirectoryParts
        }
    }

    /// Walks the path.
    ///
    /// - Throws: `.noEntry`, `.notDirectory`, `.permissionDenied`, `.fileNameTooLong`, `.tooManySymbolicLinkLevels`,
    ///   `.noMemory`.
    @inline(__always)  // most walks meet no link: the call around the round would be 30 instructions more
    mutating func walk(_ operations: FileOperations, _ path: Span<UInt8>, _ last: Last) throws(Errno) {
        if path.isEmpty { throw .noEntry }
        if path.count >= Self.pathLimit { throw .fileNameTooLong }
        if operations.restrictions.contains(.beneath), path[0] == UInt8(ascii: "/") { throw .improperLink }
        let rest = try round(operations, path, last)
        if !rest.isEmpty { try finish(operations, rest, last) }
    }

    /// Where the walk ended.
    consuming func finishedPlace() -> Place { Place(mount, inode) }

    /// Where the walk is.
    var place: Place { Place(mount, inode) }

    /// The last component of a `.parent` walk.
    ///
    /// - Parameter path: the one that was walked.
    @_lifetime(borrow self, copy path)
    func name(in path: Span<UInt8>) -> Span<UInt8> {
        if expansion.isEmpty { return path.extracting(nameRange) }
        return expansion.span.extracting(nameRange)
    }

    /// Goes on from the directory that a `.parent` walk stopped in, through the symbolic link found there.
    ///
    /// `lastKind` is `.root` afterwards if the link led to a place without a walk.
    mutating func follow(_ operations: FileOperations, _ link: Inode, _ last: Last) throws(Errno) {
        lastKind = .root
        hasTrailingSlash = false
        let rest = try enter(operations, link, rest: Span())
        try finish(operations, rest, last)
    }

    /// Walks what links have left to walk.
    private mutating func finish(
        _ operations: FileOperations, _ text: consuming UniqueArray<UInt8>, _ last: Last
    ) throws(Errno) {
        var text = text
        while !text.isEmpty {
            if text[0] == UInt8(ascii: "/") {
                if operations.restrictions.contains(.beneath) { throw .improperLink }
                let root = operations.context.root
                try leave(for: root.mount, operations)
                mount = root.mount
                inode = root.inode
            }
            let rest = try round(operations, text.span, last)
            expansion = text
            text = rest
        }
    }

    /// Walks until the path is used up or a symbolic link is met; returns what to walk next.
    @_optimize(speed)
    private mutating func round(
        _ operations: FileOperations, _ path: Span<UInt8>, _ last: Last
    ) throws(Errno) -> UniqueArray<UInt8> {
        var cursor = 0
        lastKind = .root
        hasTrailingSlash = false
        while true {
            while cursor < path.count && path[cursor] == UInt8(ascii: "/") { cursor &+= 1 }
            if cursor == path.count { return UniqueArray() }
            let start = cursor
            cursor = path.firstPosition(of: UInt8(ascii: "/"), from: start) ?? path.count
            let component = path.extracting(start..<cursor)
            // Behind the last component there may be slashes, but nothing else.
            var next = cursor
            while next < path.count && path[next] == UInt8(ascii: "/") { next &+= 1 }
            let isLast = next == path.count
            if isLast { hasTrailingSlash = cursor < path.count }
            if inode.kind != .directory { throw .notDirectory }
            if component.count > Self.nameLimit { throw .fileNameTooLong }
            try inode.check(.execute, by: operations.credentials)
            lastKind = Self.kind(of: component)
            if isLast && last == .parent {
                nameRange = start..<cursor
                return UniqueArray()
            }
            switch lastKind {
            case .dot: break
            case .dotDot: try goUp(operations)
            default:
                let child = try inode.lookup(component)
                if child.kind == .symbolicLink && (!isLast || last == .follow || hasTrailingSlash) {
                    let text = try enter(operations, child, rest: path.extracting(cursor..<path.count))
                    if !text.isEmpty { return text }
                } else {
                    let isCovered = child.mountCount.load(ordering: .relaxed) != 0
                    inode = consume child
                    if isCovered { try cross(operations) }
                }
            }
            if hasTrailingSlash && isLast && inode.kind != .directory { throw .notDirectory }
            cursor = next
        }
    }

    /// Throws if another mount is forbidden ground.
    private func leave(for other: Mount, _ operations: FileOperations) throws(Errno) {
        if operations.restrictions.contains(.oneMount), other !== mount { throw .improperLink }
    }

    /// Moves to the root of what is mounted here.
    private mutating func cross(_ operations: FileOperations) throws(Errno) {
        let place = operations.context.namespace.crossing(mount, inode)
        try leave(for: place.mount, operations)
        mount = place.mount
        inode = place.inode
    }

    private mutating func enter(
        _ operations: FileOperations, _ link: Inode, rest: Span<UInt8>
    ) throws(Errno) -> UniqueArray<UInt8> {
        let restrictions = operations.restrictions
        if restrictions.contains(.noLinks) { throw .tooManySymbolicLinkLevels }
        linkCount += 1
        if linkCount > Self.linkLimit { throw .tooManySymbolicLinkLevels }
        switch try link.followLink() {
        case .inode(let target, let targetMount):
            if restrictions.contains(.noPlaceLinks) { throw .tooManySymbolicLinkLevels }
            if !restrictions.isDisjoint(with: .inside) { throw .improperLink }
            if let targetMount {
                try leave(for: targetMount, operations)
                mount = targetMount
            }
            inode = target
            return UniqueArray()
        case .path(let text):
            if text.isEmpty { throw .noEntry }
            let count = text.count + rest.count
            if count >= Self.pathLimit { throw .fileNameTooLong }
            return try allocating { () throws(OutOfMemory) in
                var next = try UniqueArray<UInt8>(capacity: count)
                try next.append(copying: text.span)
                try next.append(copying: rest)
                return next
            }
        }
    }

    /// Goes to the parent, across mounts, but not above the process's root.
    private mutating func goUp(_ operations: FileOperations) throws(Errno) {
        let root = operations.context.root
        while true {
            if inode === root.inode && mount === root.mount {
                if operations.restrictions.contains(.beneath) { throw .improperLink }
                return
            }
            if inode !== mount.root { break }
            guard let covered = mount.covered else { return }
            try leave(for: covered.mount, operations)
            mount = covered.mount
            inode = covered.inode
        }
        if let parent = inode.parent {
            inode = parent
            try cross(operations)
        }
    }

    private static func kind(of component: Span<UInt8>) -> LastKind {
        if component[0] != UInt8(ascii: ".") || component.count > 2 { return .name }
        if component.count == 1 { return .dot }
        return component[1] == UInt8(ascii: ".") ? .dotDot : .name
    }
}
