// SPDX-License-Identifier: Apache-2.0
//
// Who may do what with an object of System V: like a file's permission bits, but with the creator beside the owner, and
// checked by effective numbers. Source: svipc(7), "Resource access permissions".

public import FileSystem

/// The owner, the creator, the key and the mode of an object (`struct ipc_perm`).
public struct IPCPermissions: Sendable {
    /// What it was made with; 0 (`IPC_PRIVATE`) if nobody can find it by a key.
    public var key: Int32
    /// The owner.
    public var userID: UInt32
    /// The owner's group.
    public var groupID: UInt32
    /// Who made it.
    public let creatorUserID: UInt32
    /// The group of who made it.
    public let creatorGroupID: UInt32
    /// Nine permission bits; execute bits mean nothing.
    public var mode: UInt16

    init(key: Int32, mode: UInt16, _ credentials: Credentials) {
        self.key = key
        userID = credentials.user.effective
        groupID = credentials.group.effective
        creatorUserID = userID
        creatorGroupID = groupID
        self.mode = mode & 0o777
    }

    /// Whether someone may do what the bits of a mode say, in whichever of its three places they are.
    func allow(_ wanted: UInt16, _ credentials: Credentials) -> Bool {
        let requested = (wanted >> 6 | wanted >> 3 | wanted) & 7
        var granted = mode
        let user = credentials.user.effective
        if user == creatorUserID || user == userID {
            granted >>= 6
        } else if credentials.isMember(ofGroup: creatorGroupID) || credentials.isMember(ofGroup: groupID) {
            granted >>= 3
        }
        return requested & ~granted == 0 || credentials.has(.ownIPC)
    }

    /// Whether someone may change or remove the object.
    func isOwned(by credentials: Credentials) -> Bool {
        let user = credentials.user.effective
        return user == creatorUserID || user == userID || credentials.has(.administration)
    }
}

/// Who calls: what is written down in the objects.
public struct IPCCaller: Sendable {
    /// The number of the process.
    public let processID: Int32
    /// Its credentials.
    public let credentials: Credentials

    /// Describes a caller.
    public init(processID: Int32, _ credentials: Credentials) {
        self.processID = processID
        self.credentials = credentials
    }
}

/// A new owner and mode (`IPC_SET`).
public struct IPCOwnership: Sendable {
    /// The owner.
    public var userID: UInt32
    /// The owner's group.
    public var groupID: UInt32
    /// Nine permission bits.
    public var mode: UInt16

    /// Creates it.
    public init(userID: UInt32, groupID: UInt32, mode: UInt16) {
        self.userID = userID
        self.groupID = groupID
        self.mode = mode
    }
}
