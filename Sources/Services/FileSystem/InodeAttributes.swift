// SPDX-License-Identifier: Apache-2.0
//
// What an inode knows about itself that can change, apart from its contents; and how a new one is described.

public import LinuxABI
import Time

/// The changeable facts of an inode, behind the inode's attribute lock.
public struct InodeAttributes: Sendable {
    /// Who may do what.
    public var permissions: Permissions
    /// The owner.
    public var userID: UInt32
    /// The group.
    public var groupID: UInt32
    /// How many names there are.
    public var linkCount: UInt32
    /// Whether it may get a name while it has none: a file of O_TMPFILE that nobody has linked yet.
    public var isLinkable = false
    /// Last read.
    public var accessed: Timestamp
    /// Last change of the contents.
    public var modified: Timestamp
    /// Last change of the inode.
    public var changed: Timestamp
    /// When it was made.
    public var born: Timestamp

    /// Creates the attributes of an inode made now.
    public init(_ description: borrowing NewInode, linkCount: UInt32) {
        permissions = description.mode.permissions
        userID = description.userID
        groupID = description.groupID
        self.linkCount = linkCount
        let time = description.time
        accessed = time
        modified = time
        changed = time
        born = time
    }
}

/// The description of an inode to be made.
public struct NewInode: Sendable {
    /// Kind and permissions; the umask has been applied.
    public var mode: FileMode
    /// The owner.
    public var userID: UInt32
    /// The group.
    public var groupID: UInt32
    /// Which device, for device inodes.
    public var device: DeviceNumber
    /// When.
    public var time: Timestamp

    /// Describes an inode made now.
    public init(mode: FileMode, userID: UInt32 = 0, groupID: UInt32 = 0, device: DeviceNumber = .none) {
        self.init(mode: mode, userID: userID, groupID: groupID, device: device, time: FileClock.now)
    }

    /// Describes an inode made at a given time.
    public init(mode: FileMode, userID: UInt32, groupID: UInt32, device: DeviceNumber, time: Timestamp) {
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
        self.device = device
        self.time = time
    }
}

/// The clock of file times.
public enum FileClock {
    /// Wall time now.
    public static var now: Timestamp {
        Timestamp(nanosecondsSinceEpoch: Clock.wallTime())
    }
}
