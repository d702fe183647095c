// SPDX-License-Identifier: Apache-2.0

// The UID[:GID] of -u.

internal import ArgumentParser

/// User and group of the program, as numbers; the group is 0 unless given, as docker has it.
struct UserIdentity: ExpressibleByArgument, Equatable {
    let userID: UInt32
    let groupID: UInt32

    static let root = UserIdentity(userID: 0, groupID: 0)

    init(userID: UInt32, groupID: UInt32) {
        self.userID = userID
        self.groupID = groupID
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        // (uid_t)-1 means "no change" to Linux, so nobody can be it.
        guard (1...2).contains(parts.count), let user = UInt32(parts[0]), user != .max else { return nil }
        guard let group = parts.count == 2 ? UInt32(parts[1]) : 0, group != .max else { return nil }
        self.init(userID: user, groupID: group)
    }

    var defaultValueDescription: String { "\(userID):\(groupID)" }
}
