// SPDX-License-Identifier: Apache-2.0
//
// Who may do what with an inode: the permission bits against the credentials. Source: path_resolution(7), inode(7).

public import LinuxABI
import Sync

extension Inode {
    /// Refuses an access that the permission bits and the capabilities do not allow.
    ///
    /// - Throws: `.permissionDenied`.
    public func check(_ access: AccessMode, by credentials: Credentials) throws(Errno) {
        // Root's common case, without looking at the inode: only executing a file needs an execute bit even then.
        if credentials.has(.overridePermissions) && (kind == .directory || !access.contains(.execute)) { return }
        let (permissions, user, group) = attributes.withLock { ($0.permissions, $0.userID, $0.groupID) }
        let bits: UInt16
        if user == credentials.user.file {
            bits = permissions.rawValue >> 6
        } else if credentials.isMember(ofGroup: group) {
            bits = permissions.rawValue >> 3
        } else {
            bits = permissions.rawValue
        }
        if AccessMode(rawValue: UInt32(bits & 7)).isSuperset(of: access) { return }
        if credentials.has(.overridePermissions) && !permissions.isDisjoint(with: .execution) { return }
        let searching: AccessMode = kind == .directory ? [.read, .execute] : .read
        if credentials.has(.readAndSearch) && searching.isSuperset(of: access) { return }
        throw .permissionDenied
    }

    /// Whether the asker owns the inode or may act as if.
    public func isOwned(by credentials: Credentials) -> Bool {
        credentials.has(.actAsOwner) || attributes.withLock { $0.userID } == credentials.user.file
    }

    /// Refuses to take a name out of this directory: it must be writable, and in a sticky one it takes the owner.
    ///
    /// - Throws: `.permissionDenied`, or `.notPermitted` for the sticky bit.
    public func checkRemoval(of child: Inode, by credentials: Credentials) throws(Errno) {
        try check([.write, .execute], by: credentials)
        if credentials.has(.actAsOwner) { return }
        let (permissions, owner) = attributes.withLock { ($0.permissions, $0.userID) }
        if !permissions.contains(.sticky) || owner == credentials.user.file { return }
        if child.attributes.withLock({ $0.userID }) != credentials.user.file { throw .notPermitted }
    }
}
