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

    private let operations: FileOperations
    /// Where the walk is.
    private(set) var mount: Mount
    private(set) var inode: Inode
    private var linkCount = 0
    /// For `.parent`: the name and its kind.
    private(set) var name = NameBuffer()
    private(set) var lastKind = LastKind.root
    private(set) var hasTrailingSlash = false

    /// Starts at a directory, or at the working directory.
    init(_ operations: FileOperations, from base: Place?) {
        self.operations = operations
        let start = base ?? operations.context.workingDirectory
        mount = start.mount
        inode = start.inode
    }

    var place: Place { Place(mount, inode) }

    /// Walks a path.
    ///
    /// - Throws: `.noEntry`, `.notDirectory`, `.permissionDenied`, `.fileNameTooLong`, `.tooManySymbolicLinkLevels`,
    ///   `.noMemory`.
    mutating func walk(_ path: Span<UInt8>, _ last: Last) throws(Errno) {
        if path.isEmpty { throw .noEntry }
        if path.count >= Self.pathLimit { throw .fileNameTooLong }
        var rest = try round(path, last)
        while !rest.isEmpty { rest = try round(rest.span, last) }
    }

    /// Goes on from the directory that a `.parent` walk stopped in, through the symbolic link found there.
    ///
    /// `lastKind` is `.root` afterwards if the link led to a place without a walk.
    mutating func follow(_ link: Inode, _ last: Last) throws(Errno) {
        lastKind = .root
        hasTrailingSlash = false
        var rest = try enter(link, rest: Span())
        while !rest.isEmpty { rest = try round(rest.span, last) }
    }

    /// Walks until the path is used up or a symbolic link is met; returns what to walk next.
    private mutating func round(_ path: Span<UInt8>, _ last: Last) throws(Errno) -> UniqueArray<UInt8> {
        var cursor = 0
        lastKind = .root
        hasTrailingSlash = false
        if path[0] == UInt8(ascii: "/") {
            let root = operations.context.root
            mount = root.mount
            inode = root.inode
        }
        while true {
            cursor = Self.skipSlashes(path, cursor)
            if cursor == path.count { return UniqueArray() }
            let start = cursor
            while cursor < path.count && path[cursor] != UInt8(ascii: "/") { cursor &+= 1 }
            let component = path.extracting(start..<cursor)
            let isLast = Self.skipSlashes(path, cursor) == path.count
            if isLast { hasTrailingSlash = cursor < path.count }
            if inode.kind != .directory { throw .notDirectory }
            if component.count > Self.nameLimit { throw .fileNameTooLong }
            try inode.check(.execute, by: operations.credentials)
            lastKind = Self.kind(of: component)
            if isLast && last == .parent {
                name.set(component)
                return UniqueArray()
            }
            switch lastKind {
            case .dot: continue
            case .dotDot: goUp()
            default:
                let follows = !isLast || last == .follow || hasTrailingSlash
                let rest = try step(component, follows: follows, rest: path.extracting(cursor..<path.count))
                if !rest.isEmpty { return rest }
            }
            if hasTrailingSlash && isLast && inode.kind != .directory { throw .notDirectory }
        }
    }

    /// Moves to the inode of a name; if that is a link to be followed, returns what to walk next.
    private mutating func step(
        _ component: Span<UInt8>, follows: Bool, rest: Span<UInt8>
    ) throws(Errno) -> UniqueArray<UInt8> {
        let child = try inode.lookup(component)
        if child.kind == .symbolicLink && follows { return try enter(child, rest: rest) }
        let place = operations.context.namespace.crossing(mount, child)
        mount = place.mount
        inode = place.inode
        return UniqueArray()
    }

    private mutating func enter(_ link: Inode, rest: Span<UInt8>) throws(Errno) -> UniqueArray<UInt8> {
        linkCount += 1
        if linkCount > Self.linkLimit { throw .tooManySymbolicLinkLevels }
        switch try link.followLink() {
        case .place(let place):
            mount = place.mount
            inode = place.inode
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
    private mutating func goUp() {
        let root = operations.context.root
        while true {
            if inode === root.inode && mount === root.mount { return }
            if inode !== mount.root { break }
            guard let covered = mount.covered else { return }
            mount = covered.mount
            inode = covered.inode
        }
        if let parent = inode.parent {
            let place = operations.context.namespace.crossing(mount, parent)
            mount = place.mount
            inode = place.inode
        }
    }

    private static func skipSlashes(_ path: Span<UInt8>, _ start: Int) -> Int {
        var cursor = start
        while cursor < path.count && path[cursor] == UInt8(ascii: "/") { cursor &+= 1 }
        return cursor
    }

    private static func kind(of component: Span<UInt8>) -> LastKind {
        if component[0] != UInt8(ascii: ".") || component.count > 2 { return .name }
        if component.count == 1 { return .dot }
        return component[1] == UInt8(ascii: ".") ? .dotDot : .name
    }
}
