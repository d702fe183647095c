// SPDX-License-Identifier: Apache-2.0
//
// What stat(2) tells, and how reads and writes move an inode's times.

public import LinuxABI
import Sync

extension Inode {
    /// What stat(2) tells.
    public func status(through mount: Mount?) -> FileStatus {
        var status = FileStatus(mode: FileMode(kind, []))
        attributes.withLock { attributes in
            status.mode.permissions = attributes.permissions
            status.linkCount = attributes.linkCount
            status.userID = attributes.userID
            status.groupID = attributes.groupID
            status.accessed = attributes.accessed
            status.modified = attributes.modified
            status.changed = attributes.changed
            status.born = attributes.born
        }
        status.device = volume.device
        status.inode = number
        status.specialDevice = specialDevice
        (status.size, status.blockCount) = sizes
        status.mountID = mount?.id ?? 0
        return status
    }

    /// Notes a read as `relatime` does: only if the old time is before the last change, or a day old.
    ///
    /// - Source: mount(8), "relatime".
    public func noteAccess() {
        let now = FileClock.now
        attributes.withLock { attributes in
            if attributes.accessed <= attributes.modified || attributes.accessed <= attributes.changed
                || now.seconds - attributes.accessed.seconds >= 86_400
            {
                attributes.accessed = now
            }
        }
    }

    /// Notes a change of the contents, which is also one of the inode.
    public func noteModification() {
        let now = FileClock.now
        attributes.withLock { attributes in
            attributes.modified = now
            attributes.changed = now
        }
    }

    /// Notes a write by somebody: times change, and set-ID bits go unless the writer may keep them.
    public func noteWrite(_ options: TransferOptions) {
        let now = FileClock.now
        attributes.withLock { attributes in
            attributes.modified = now
            attributes.changed = now
            if options.contains(.dropSetID) { attributes.dropSetID() }
        }
    }

    /// Notes a change of the inode alone.
    public func noteChange() {
        let now = FileClock.now
        attributes.withLock { $0.changed = now }
    }
}

extension InodeAttributes {
    /// Takes the set-user-ID bit away, and the set-group-ID bit where it means that (with group execution).
    ///
    /// - Source: write(2) NOTES, chown(2).
    mutating func dropSetID() {
        permissions.remove(.setUserID)
        if permissions.contains(.groupExecution) { permissions.remove(.setGroupID) }
    }
}
