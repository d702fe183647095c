// SPDX-License-Identifier: Apache-2.0
//
// Looking at attributes and changing them: access(2), chmod(2), chown(2), utimensat(2), truncate(2), readlink(2).
// stat(2) is `place(of:)` and `Inode.status`.

public import Containers
public import LinuxABI
import Sync

/// What utimensat(2) does to one of the times.
public enum TimeChange: Sendable {
    /// Nothing (`UTIME_OMIT`).
    case keep
    /// Now (`UTIME_NOW`).
    case now
    /// That time.
    case to(Timestamp)
}

extension FileOperations {
    /// What stat(2) tells of a path.
    @inline(__always)  // the status would be copied on its way out: 40 instructions
    public func status(_ path: Span<UInt8>, from base: Place? = nil, _ flags: AtFlags = []) throws(Errno) -> FileStatus
    {
        if path.isEmpty {
            let place = try place(of: path, from: base, flags)
            return place.inode.status(through: place.mount)
        }
        // The walk itself: a place made of it would count two references more.
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, flags.contains(.noFollow) ? .noFollow : .follow)
        return walk.inode.status(through: walk.mount)
    }

    /// Refuses an access that the asker does not have.
    ///
    /// - Throws: `.permissionDenied`, `.readOnlyFileSystem`, and what the walk says.
    /// - Source: access(2); the caller passes `Credentials.asReal` unless `AT_EACCESS` is given.
    public func checkAccess(
        _ path: Span<UInt8>, from base: Place? = nil, _ access: AccessMode, _ flags: AtFlags = []
    ) throws(Errno) {
        let place = try place(of: path, from: base, flags)
        if access.isEmpty { return }
        if access.contains(.execute) && place.inode.kind == .regular && place.mount.flags.contains(.noExecution) {
            throw .permissionDenied
        }
        try place.inode.check(access, by: credentials)
        let kind = place.inode.kind
        if access.contains(.write) && (kind == .regular || kind == .directory || kind == .symbolicLink) {
            try place.mount.checkWritable()
        }
    }

    /// Sets the permissions.
    ///
    /// - Throws: `.notPermitted` unless the asker owns the inode; `.notSupported` for a symbolic link.
    public func setPermissions(of place: Place, to permissions: Permissions) throws(Errno) {
        try place.mount.checkWritable()
        if place.inode.kind == .symbolicLink { throw .notSupported }
        if !place.inode.isOwned(by: credentials) { throw .notPermitted }
        let now = FileClock.now
        let keepsGroup = credentials.has(.keepSetID)
        let credentials = credentials
        place.inode.attributes.withLock { attributes in
            attributes.permissions = permissions
            if !keepsGroup && !credentials.isMember(ofGroup: attributes.groupID) {
                attributes.permissions.remove(.setGroupID)
            }
            attributes.changed = now
        }
        place.inode.notify(.attributesChanged)
    }

    /// Sets owner and group; nil leaves one as it is.
    ///
    /// - Throws: `.notPermitted`.
    /// - Source: chown(2): only `CAP_CHOWN` gives a file away, owners may choose among their groups.
    public func setOwner(of place: Place, user: UInt32?, group: UInt32?) throws(Errno) {
        try place.mount.checkWritable()
        let credentials = credentials
        let now = FileClock.now
        let isDirectory = place.inode.kind == .directory
        try place.inode.attributes.withLock { (attributes) throws(Errno) in
            if !credentials.has(.changeOwner) {
                let isOwner = attributes.userID == credentials.user.file
                if let user, !isOwner || user != attributes.userID { throw .notPermitted }
                if let group, !isOwner || (group != attributes.groupID && !credentials.isMember(ofGroup: group)) {
                    throw .notPermitted
                }
            }
            if user == nil && group == nil { return }
            if !isDirectory { attributes.dropSetID() }
            if let user { attributes.userID = user }
            if let group { attributes.groupID = group }
            attributes.changed = now
        }
        place.inode.notify(.attributesChanged)
    }

    /// Sets the times.
    ///
    /// - Throws: `.permissionDenied` if both are to become now and the asker may neither write nor owns it,
    ///   `.notPermitted` for other times unless it owns it.
    /// - Source: utimensat(2), "Permissions requirements".
    public func setTimes(of place: Place, accessed: TimeChange, modified: TimeChange) throws(Errno) {
        if case .keep = accessed, case .keep = modified { return }
        try place.mount.checkWritable()
        if !place.inode.isOwned(by: credentials) {
            guard case .now = accessed, case .now = modified else { throw .notPermitted }
            try place.inode.check(.write, by: credentials)
        }
        let now = FileClock.now
        place.inode.attributes.withLock { attributes in
            Self.apply(accessed, now, &attributes.accessed)
            Self.apply(modified, now, &attributes.modified)
            attributes.changed = now
        }
        // A single time says which event it stands for: Linux's fsnotify_change.
        switch (accessed, modified) {
        case (_, .keep): place.inode.notify(.accessed)
        case (.keep, _): place.inode.notify(.modified)
        default: place.inode.notify(.attributesChanged)
        }
    }

    private static func apply(_ change: TimeChange, _ now: Timestamp, _ time: inout Timestamp) {
        switch change {
        case .keep: break
        case .now: time = now
        case .to(let value): time = value
        }
    }

    /// Sets the size of the file at a path.
    ///
    /// - Parameter permit: asked last, with the file; refuses by throwing.
    /// - Throws: as truncate(2).
    public func truncate(
        _ path: Span<UInt8>, to byteCount: UInt64, permit: (Inode) throws(Errno) -> Void = { _ in }
    ) throws(Errno) {
        let place = try place(of: path, following: .follow)
        if place.inode.kind == .directory { throw .isDirectory }
        if place.inode.kind != .regular { throw .invalidArgument }
        try place.inode.check(.write, by: credentials)
        try place.mount.checkWritable()
        try permit(place.inode)
        try place.inode.resize(to: byteCount)
        place.inode.notify(.modified)
    }

    /// The text of a symbolic link.
    ///
    /// - Throws: `.invalidArgument` if it is none; `.noEntry` for an empty path without `O_PATH` base.
    public func readLink(_ path: Span<UInt8>, from base: Place? = nil) throws(Errno) -> LinkText {
        // readlinkat(2): an empty path means the link that the base is.
        if path.isEmpty, let base, base.inode.kind == .symbolicLink { return try base.inode.readLink() }
        return try place(of: path, from: base, following: .noFollow).inode.readLink()
    }
}
