// SPDX-License-Identifier: Apache-2.0
//
// What system calls do with paths, in one place: resolve, check permissions and mounts, then let inodes act. The value
// says who asks; it is made for one call and holds nothing. Directory descriptors come in as places, nil being the
// working directory. The operations are in FileOperations+Open, +Create, +Remove, +Rename, +Attributes, +Tree.

public import LinuxABI

/// The file operations of one asker.
public struct FileOperations: Sendable {
    /// Where the asker stands.
    public let context: FileContext
    /// Who the asker is.
    public let credentials: Credentials
    /// What walks must not do.
    let restrictions: PathRestrictions

    /// Creates the operations of an asker.
    public init(_ context: FileContext, _ credentials: Credentials) {
        self.context = context
        self.credentials = credentials
        restrictions = []
    }

    private init(_ context: FileContext, _ credentials: Credentials, _ restrictions: PathRestrictions) {
        self.context = context
        self.credentials = credentials
        self.restrictions = restrictions
    }

    /// The same with restrictions; paths begin at `base`, and stay there if the restrictions say so.
    ///
    /// - Parameter base: nil is the working directory.
    public func restricted(by restrictions: PathRestrictions, from base: Place?) -> FileOperations {
        guard !restrictions.isDisjoint(with: .inside) else { return FileOperations(context, credentials, restrictions) }
        let inside = context.confined(to: base ?? context.workingDirectory)
        return FileOperations(inside, credentials, restrictions)
    }

    /// What to do with a symbolic link at the end of a path.
    public enum Following: Sendable {
        /// Follow it.
        case follow
        /// Take the link itself.
        case noFollow

        /// What `AT_SYMLINK_NOFOLLOW` says.
        public init(_ flags: AtFlags) {
            self = flags.contains(.noFollow) ? .noFollow : .follow
        }
    }

    /// The place of a path.
    ///
    /// - Parameter base: where a relative path begins; nil is the working directory.
    /// - Throws: `.noEntry`, `.notDirectory`, `.permissionDenied`, `.fileNameTooLong`, `.tooManySymbolicLinkLevels`,
    ///   `.noMemory`.
    public func place(of path: Span<UInt8>, from base: Place? = nil, following: Following) throws(Errno) -> Place {
        var walk = PathWalk(self, path, from: base)
        try walk.walk(self, path, following == .follow ? .follow : .noFollow)
        return walk.finishedPlace()
    }

    /// The place of a path, where an empty path with `AT_EMPTY_PATH` is the base itself.
    public func place(of path: Span<UInt8>, from base: Place?, _ flags: AtFlags) throws(Errno) -> Place {
        if path.isEmpty && flags.contains(.emptyPath) { return base ?? context.workingDirectory }
        return try place(of: path, from: base, following: Following(flags))
    }

    /// What a transfer by this asker does to set-ID bits.
    public var transferOptions: TransferOptions {
        credentials.has(.keepSetID) ? [] : .dropSetID
    }
}
