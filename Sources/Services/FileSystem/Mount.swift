// SPDX-License-Identifier: Apache-2.0
//
// A volume, or a directory of one (a bind mount), at a place of the tree; and a place: an inode as reached through a
// mount. Which mounts there are is MountNamespace.

public import Containers
public import LinuxABI

/// An inode as reached through a mount.
public struct Place: Sendable {
    /// Through which mount.
    public let mount: Mount
    /// What is there.
    public let inode: Inode

    /// Creates a place.
    public init(_ mount: Mount, _ inode: Inode) {
        self.mount = mount
        self.inode = inode
    }
}

/// A directory tree mounted at a place.
public final class Mount: Sendable {
    /// A number that no other mount of the machine has.
    public let id: UInt64
    /// The file system instance.
    public let volume: Volume
    /// The directory that appears at the place.
    public let root: Inode
    /// What it covers; nil for the root of the tree.
    public let covered: Place?
    /// How it is mounted.
    public let flags: MountFlags
    private let source: ByteString

    /// Creates a mount; MountNamespace makes it visible.
    init(
        id: UInt64, volume: Volume, root: Inode, covered: Place?, flags: MountFlags, source: consuming ByteString
    ) {
        self.id = id
        self.volume = volume
        self.root = root
        self.covered = covered
        self.flags = flags
        self.source = source
    }

    /// What was mounted, as /proc/mounts shows it.
    ///
    /// - Throws: `.noMemory`.
    public func copySource() throws(Errno) -> ByteString {
        try allocating { () throws(OutOfMemory) in try source.copy() }
    }

    /// Refuses a change through a read-only mount.
    ///
    /// - Throws: `.readOnlyFileSystem`.
    func checkWritable() throws(Errno) {
        if flags.contains(.readOnly) { throw .readOnlyFileSystem }
    }
}
