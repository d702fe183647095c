// SPDX-License-Identifier: Apache-2.0
//
// A volume, or a directory of one (a bind mount), at a place of the tree; and a place: an inode as reached through a
// mount. Which mounts there are is MountNamespace.

public import Containers
public import LinuxABI
import Sync
import Synchronization

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
    private let place: Spinlock<Place?>
    private let flagBits: Atomic<UInt64>
    private let source: ByteString
    /// Somebody has asked whether anybody uses it (`MNT_EXPIRE`).
    let isExpiring = Atomic<Bool>(false)

    /// Creates a mount; MountNamespace makes it visible.
    init(
        id: UInt64, volume: Volume, root: Inode, covered: Place?, flags: MountFlags, source: consuming ByteString
    ) {
        self.id = id
        self.volume = volume
        self.root = root
        place = Spinlock(covered)
        flagBits = Atomic(flags.rawValue)
        self.source = source
    }

    /// What it covers; nil for the root of the tree.
    public var covered: Place? { place.withLock { $0 } }

    /// How it is mounted.
    public var flags: MountFlags { MountFlags(rawValue: flagBits.load(ordering: .relaxed)) }

    /// Changes how it is mounted (`MS_REMOUNT`).
    public func setFlags(_ flags: MountFlags) { flagBits.store(flags.rawValue, ordering: .relaxed) }

    /// Covers something else from now on; answers what it covered.
    func cover(_ new: Place) -> Place? {
        place.withLock { place in
            let old = place
            place = new
            return old
        }
    }

    /// Whether it is mounted on another one, or on one that is.
    func isBelow(_ other: Mount) -> Bool {
        var place = covered
        while let current = place {
            if current.mount === other { return true }
            place = current.mount.covered
        }
        return false
    }

    /// Whether nothing can be changed through it.
    public var isReadOnly: Bool { flags.contains(.readOnly) || volume.isReadOnly }

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
        if isReadOnly { throw .readOnlyFileSystem }
    }
}
