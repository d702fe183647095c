// SPDX-License-Identifier: Apache-2.0
//
// One instance of a file system: what Linux calls a superblock. It is mounted at places by Mount; its inodes refer to
// it.

public import Events
public import LinuxABI
import Synchronization

/// One instance of a file system.
open class Volume: @unchecked Sendable {
    /// The device number that stat(2) shows for its inodes.
    public let device: DeviceNumber
    /// The name of the kind of file system, as in /proc/mounts: `tmpfs`.
    public let typeName: StaticString
    /// Held by whoever moves a name between two directories, so that "is above" stays true meanwhile.
    public let renameLock = BlockingMutex<Void>((), .rename)
    /// How many watches there are on its inodes: where nobody watches, nothing is told.
    let watchCount = Atomic<UInt32>(0)
    private let readOnly = Atomic<Bool>(false)
    private let rootSlot = BlockingMutex<Inode?>(nil)

    /// Creates an instance without a root; `setRoot` follows.
    ///
    /// - Parameter device: distinct for each instance; see `DeviceNumber.anonymous`.
    public init(device: DeviceNumber, typeName: StaticString) {
        self.device = device
        self.typeName = typeName
    }

    /// Whether nothing in it can be changed, whatever its mounts say.
    public final var isReadOnly: Bool {
        get { readOnly.load(ordering: .relaxed) }
        set { readOnly.store(newValue, ordering: .relaxed) }
    }

    /// The root directory.
    ///
    /// - Precondition: it has been set.
    public final var root: Inode {
        guard let root = rootSlot.withLock({ $0 }) else { preconditionFailure() }
        return root
    }

    /// Sets the root directory, once, before the volume is mounted.
    public final func setRoot(_ inode: Inode) {
        rootSlot.withLock { $0 = inode }
    }

    /// Lets the root go, which ends the circle of volume and inodes when the last mount is gone.
    public final func dropRoot() {
        let root = rootSlot.withLock { $0.take() }
        if let root { tearDown(root) }
    }

    /// Breaks the circles between directories and their entries below `root`; the default has none.
    open func tearDown(_ root: Inode) {}

    /// What statfs(2) tells.
    open func status() -> FileSystemStatus { FileSystemStatus(magic: 0) }

    /// Writes everything back.
    open func sync() throws(Errno) {}
}

extension DeviceNumber {
    /// The device number of a file system instance without a device: major 0.
    ///
    /// - Parameter minor: one or more, chosen by whoever makes the instances of a system.
    public static func anonymous(_ minor: UInt32) -> DeviceNumber {
        DeviceNumber(major: 0, minor: minor)
    }
}
