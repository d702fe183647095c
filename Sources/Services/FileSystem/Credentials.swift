// SPDX-License-Identifier: Apache-2.0
//
// Who asks: the identities and capabilities that file access is checked against. A Credentials object never changes;
// setuid(2) and its relatives make a new one, so a check reads it without a lock and without counting references.

/// The capabilities of a process, as a set of bits.
///
/// - Source: capabilities(7); bit numbers of `linux/capability.h`.
public struct Capabilities: OptionSet, Hashable, Sendable {
    /// Bit `n` is capability `n`.
    public let rawValue: UInt64

    /// Creates the set from its bits.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Change owners freely (`CAP_CHOWN`).
    public static var changeOwner: Capabilities { Capabilities(rawValue: 1 << 0) }
    /// Ignore permission bits (`CAP_DAC_OVERRIDE`).
    public static var overridePermissions: Capabilities { Capabilities(rawValue: 1 << 1) }
    /// Ignore permission bits for reading and searching (`CAP_DAC_READ_SEARCH`).
    public static var readAndSearch: Capabilities { Capabilities(rawValue: 1 << 2) }
    /// Act as the owner of every file (`CAP_FOWNER`).
    public static var actAsOwner: Capabilities { Capabilities(rawValue: 1 << 3) }
    /// Keep set-ID bits when a file changes (`CAP_FSETID`).
    public static var keepSetID: Capabilities { Capabilities(rawValue: 1 << 4) }
    /// Signal any process (`CAP_KILL`).
    public static var kill: Capabilities { Capabilities(rawValue: 1 << 5) }
    /// Take any group (`CAP_SETGID`).
    public static var setGroupID: Capabilities { Capabilities(rawValue: 1 << 6) }
    /// Take any user (`CAP_SETUID`).
    public static var setUserID: Capabilities { Capabilities(rawValue: 1 << 7) }
    /// Keep shared memory in memory (`CAP_IPC_LOCK`).
    public static var lockIPC: Capabilities { Capabilities(rawValue: 1 << 14) }
    /// Ignore the permission bits of System V's objects (`CAP_IPC_OWNER`).
    public static var ownIPC: Capabilities { Capabilities(rawValue: 1 << 15) }
    /// Change the root directory (`CAP_SYS_CHROOT`).
    public static var changeRoot: Capabilities { Capabilities(rawValue: 1 << 18) }
    /// Mount, set the hostname, and much else (`CAP_SYS_ADMIN`).
    public static var administration: Capabilities { Capabilities(rawValue: 1 << 21) }
    /// Raise limits (`CAP_SYS_RESOURCE`).
    public static var scheduling: Capabilities { Capabilities(rawValue: 1 << 23) }
    /// CAP_SYS_RESOURCE.
    public static var resources: Capabilities { Capabilities(rawValue: 1 << 24) }
    /// Set the clock (`CAP_SYS_TIME`).
    public static var setTime: Capabilities { Capabilities(rawValue: 1 << 25) }
    /// Set timers that wake a sleeping machine (`CAP_WAKE_ALARM`).
    public static var wakeAlarm: Capabilities { Capabilities(rawValue: 1 << 35) }
    /// Make device inodes (`CAP_MKNOD`).
    public static var makeDevices: Capabilities { Capabilities(rawValue: 1 << 27) }
    /// Read the kernel's log (`CAP_SYSLOG`).
    public static var readKernelLog: Capabilities { Capabilities(rawValue: 1 << 34) }
    /// Change one's own secure bits and bounding set (`CAP_SETPCAP`).
    public static var changeCapabilities: Capabilities { Capabilities(rawValue: 1 << 8) }
    /// Those that belong to the file system's user: all about owners and permissions of files, CAP_LINUX_IMMUTABLE,
    /// CAP_MKNOD and CAP_MAC_OVERRIDE.
    public static var aboutFiles: Capabilities {
        [
            .changeOwner, .overridePermissions, .readAndSearch, .actAsOwner, .keepSetID, .makeDevices,
            Capabilities(rawValue: 1 << 9 | 1 << 32),
        ]
    }
    /// Every capability up to `CAP_CHECKPOINT_RESTORE`.
    public static var all: Capabilities { Capabilities(rawValue: 1 << 41 - 1) }
}

/// One number of each kind that a process has for users, or for groups.
public struct IdentitySet: Hashable, Sendable {
    /// Who started it.
    public var real: UInt32
    /// Who it acts as.
    public var effective: UInt32
    /// Who it may become again.
    public var saved: UInt32
    /// Who it acts as towards files.
    public var file: UInt32

    /// Creates a set of four equal numbers.
    public init(_ id: UInt32) {
        real = id
        effective = id
        saved = id
        file = id
    }

    /// Creates a set.
    public init(real: UInt32, effective: UInt32, saved: UInt32, file: UInt32) {
        self.real = real
        self.effective = effective
        self.saved = saved
        self.file = file
    }
}

/// The identities, groups and capabilities of a process; immutable.
///
/// - Source: credentials(7).
public final class Credentials: Sendable {
    /// The user numbers.
    public let user: IdentitySet
    /// The group numbers.
    public let group: IdentitySet
    /// The supplementary groups.
    public let groups: [UInt32]
    /// The capabilities in effect.
    public let capabilities: Capabilities
    /// The capabilities that may be brought into effect.
    public let permitted: Capabilities

    /// Creates credentials.
    public init(
        user: IdentitySet, group: IdentitySet, groups: [UInt32], capabilities: Capabilities, permitted: Capabilities
    ) {
        self.user = user
        self.group = group
        self.groups = groups
        self.capabilities = capabilities
        self.permitted = permitted
    }

    /// Creates the credentials of one user: everything for user 0, nothing special for others.
    public convenience init(user: UInt32, group: UInt32, groups: [UInt32] = []) {
        let capabilities: Capabilities = user == 0 ? .all : []
        self.init(
            user: IdentitySet(user), group: IdentitySet(group), groups: groups, capabilities: capabilities,
            permitted: capabilities)
    }

    /// Whether all of the capabilities are in effect.
    public func has(_ capability: Capabilities) -> Bool {
        capabilities.isSuperset(of: capability)
    }

    /// Whether the file group, or a supplementary one, is `group`.
    public func isMember(ofGroup group: UInt32) -> Bool {
        if self.group.file == group { return true }
        for other in groups where other == group { return true }
        return false
    }

    /// The same process as access(2) sees it: the real identities, with root's capabilities only for real root.
    public var asReal: Credentials {
        if user.real == user.file && group.real == group.file { return self }
        return Credentials(
            user: IdentitySet(real: user.real, effective: user.real, saved: user.saved, file: user.real),
            group: IdentitySet(real: group.real, effective: group.real, saved: group.saved, file: group.real),
            groups: groups, capabilities: user.real == 0 ? permitted : [], permitted: permitted)
    }
}
